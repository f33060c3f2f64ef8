// Calls about the catalogue, downloads, and the hub that both speak to. Nothing here fetches more than a listing, but for
// downloads.begin and downloads.beginAddress, and those only follow a click on a button that shows the size.
import { z } from 'zod'
import { call, none } from './call.ts'
import { modelFileName, repositoryName } from './download-entities.ts'
import type { AddressFacts, Catalogue, CatalogueEntry, Download, HubSettings } from './download-entities.ts'
import { idSchema } from './entities.ts'
import { LIMITS } from './limits.ts'

const download = z.strictObject({ download: idSchema })
const address = z.string().min(1).max(LIMITS.addressCharacters)

export const downloadCalls = {
  'catalogue.list': call<Catalogue>()(none),
  /** Asks the hub for what is new in the official repositories. */
  'catalogue.refresh': call<Catalogue>()(none),
  /** The usable files of any repository, with sizes. Kept for this run; `catalogue.keep` keeps it for good. */
  'catalogue.lookUp': call<CatalogueEntry>()(z.strictObject({ repository: repositoryName })),
  'catalogue.keep': call<Catalogue>()(z.strictObject({ entry: z.string().max(240) })),
  /** Only of what a person added. */
  'catalogue.remove': call<Catalogue>()(z.strictObject({ entry: z.string().max(240) })),

  /** In the order of the queue. */
  'downloads.list': call<Download[]>()(none),
  /** `bytes` is the size on the button that was clicked; another size at the source stops the download and asks. */
  'downloads.begin': call<Download>()(
    z.strictObject({
      entry: z.string().max(240),
      file: modelFileName,
      bytes: z.int().min(1).nullable(),
    }),
  ),
  /** Size and name of what an https address leads to; fetches none of it. */
  'downloads.examine': call<AddressFacts>()(z.strictObject({ address })),
  'downloads.beginAddress': call<Download>()(z.strictObject({ address, bytes: z.int().min(1) })),
  'downloads.pause': call<Download>()(download),
  /** Also tries again after a problem. */
  'downloads.resume': call<Download>()(download),
  /** Takes it off the list, with what was fetched so far. A finished one only leaves the list. */
  'downloads.cancel': call<void>()(download),
  /** Fetched before the one named; null: last. */
  'downloads.move': call<Download[]>()(download.extend({ before: idSchema.nullable() })),

  'hub.settings': call<HubSettings>()(none),
  'hub.setOrder': call<HubSettings>()(z.strictObject({ order: z.enum(['official', 'measured']) })),
  /** Adds it where it is new. */
  'hub.setMirror': call<HubSettings>()(z.strictObject({ address, enabled: z.boolean() })),
  /** Only of what a person added. */
  'hub.removeMirror': call<HubSettings>()(z.strictObject({ address })),
  /** null: forget it. */
  'hub.setToken': call<HubSettings>()(
    z.strictObject({ token: z.string().min(1).max(LIMITS.tokenCharacters).nullable() }),
  ),
} as const
