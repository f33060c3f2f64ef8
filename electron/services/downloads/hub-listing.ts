// What a hub says about a repository, through its public interface: one request, an answer of bounded size, checked by a
// schema. And how the address of a file in a repository is written.
import { z } from 'zod'
import { repositoryName, sha256Text } from '../../contract/download-entities.ts'
import { RoostError } from '../../contract/errors.ts'
import { networkError } from './network.ts'
import type { Answer, Network } from './network.ts'

export interface ListedFile {
  /** Folder with a slash at its end, or ''. */
  readonly folder: string
  readonly name: string
  readonly bytes: number
  readonly sha256: string | null
}

export interface RepositoryListing {
  readonly repository: string
  /** Commit that the listing is of; null: the hub does not say. */
  readonly revision: string | null
  readonly licence: string | null
  readonly files: readonly ListedFile[]
}

/** A listing is text that nobody clicked a size for. */
const mostListingBytes = 1_000_000

const listingSchema = z.object({
  sha: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
  cardData: z
    .object({ license: z.string().max(60).optional().catch(undefined) })
    .nullish()
    .catch(undefined),
  siblings: z
    .array(
      z.object({
        rfilename: z.string().max(400),
        size: z.int().min(0).nullish(),
        lfs: z.object({ sha256: sha256Text.nullish().catch(null), size: z.int().nullish() }).nullish(),
      }),
    )
    .max(20_000),
})

/** Errors: network_unavailable, source_busy, access_denied, source_missing, source_unusable, address_refused. */
export async function listRepository(
  network: Network,
  hub: string,
  repository: string,
  signal: AbortSignal,
): Promise<RepositoryListing> {
  const address = `${hub}/api/models/${repositoryName.parse(repository)}?blobs=true`
  const answer = await network.get(address, { headers: { accept: 'application/json' }, signal })
  const host = new URL(hub).host
  try {
    refuse(answer, host, repository)
    const parsed = listingSchema.safeParse(JSON.parse(await textOf(answer, host, signal)))
    if (!parsed.success) throw new RoostError('source_unusable', { host, reason: 'its listing is not one' })
    const { sha, cardData, siblings } = parsed.data
    return {
      repository,
      revision: sha ?? null,
      licence: cardData?.license ?? null,
      files: siblings.flatMap(({ rfilename, size, lfs }) => {
        const bytes = lfs?.size ?? size ?? 0
        const cut = rfilename.lastIndexOf('/') + 1
        const [folder, name] = [rfilename.slice(0, cut), rfilename.slice(cut)]
        return bytes > 0 ? [{ folder, name, bytes, sha256: lfs?.sha256 ?? null }] : []
      }),
    }
  } catch (error) {
    answer.discard()
    if (error instanceof SyntaxError) {
      throw new RoostError('source_unusable', { host, reason: 'its listing is not one' })
    }
    throw error
  }
}

/** Of a file; every part of the path is encoded: names hold "%" and blanks. */
export function fileAddress(
  hub: string,
  file: { repository: string; revision: string | null; folder: string; name: string },
): string {
  const path = `${file.folder}${file.name}`.split('/').map(encodeURIComponent).join('/')
  return `${hub}/${file.repository}/resolve/${file.revision ?? 'main'}/${path}`
}

function refuse({ status }: Answer, host: string, repository: string): void {
  if (status === 200) return
  // The hub says 401 for what does not exist, too, so as not to tell which names do.
  if (status === 401 || status === 403) throw new RoostError('access_denied', { host, status })
  if (status === 404) {
    throw new RoostError('source_missing', { host, reason: `there is no repository “${repository}”` })
  }
  if (status === 429 || status === 503) throw new RoostError('source_busy', { host, status })
  if (status >= 500) {
    throw new RoostError('network_unavailable', { host, reason: `it answers with an error (${status})` })
  }
  throw new RoostError('source_unusable', { host, reason: `it answers with ${status}` })
}

async function textOf(answer: Answer, host: string, signal: AbortSignal): Promise<string> {
  const end = (): void => answer.discard()
  signal.addEventListener('abort', end)
  const blocks: Buffer[] = []
  let bytes = 0
  try {
    for await (const block of answer.body as AsyncIterable<Buffer>) {
      bytes += block.length
      if (bytes > mostListingBytes) {
        throw new RoostError('source_unusable', { host, reason: 'its listing is larger than a megabyte' })
      }
      blocks.push(block)
    }
  } catch (error) {
    throw signal.aborted ? new RoostError('cancelled') : networkError(error, host)
  } finally {
    signal.removeEventListener('abort', end)
  }
  return Buffer.concat(blocks).toString('utf8')
}
