// Brings resources/models.json up to date; run by a person, who looks at the change before it is committed:
//
//   node electron/services/downloads/refresh-models.ts          (ROOST_HUB: another hub than the usual one)
//
// Asks the hub for the listing of every repository in the file. Sizes and hashes of known files are filled in; one that
// differs from what is known is told and left; names that are new in watched repositories are told.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { RoostError } from '../../contract/errors.ts'
import { AddressPolicy } from './address-policy.ts'
import { readShippedCatalogue } from './catalogue.ts'
import { readName, usableFiles } from './catalogue-names.ts'
import { listRepository } from './hub-listing.ts'
import { usualHub } from './hub-settings.ts'
import { Network } from './network.ts'

const resources = process.argv[2] ?? fileURLToPath(new URL('../../../resources', import.meta.url))
const path = `${resources}/models.json`
const hub = process.env.ROOST_HUB ?? usualHub

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const catalogue = readShippedCatalogue(resources)
const network = new Network({
  policy: new AddressPolicy(() => [hub], process.env),
  authorization: () => null,
  environment: process.env,
  userAgent: 'Roost catalogue',
  connectMs: 15_000,
  answerMs: 30_000,
})

const repositories = new Set(
  catalogue.entries.flatMap((entry) => [
    entry.repository,
    ...entry.files.flatMap(({ repository }) => (repository === null ? [] : [repository])),
  ]),
)
let changed = 0
for (const repository of repositories) {
  try {
    const listing = await listRepository(network, hub, repository, AbortSignal.timeout(60_000))
    const found = new Map(usableFiles(listing.files).map((file) => [file.name, file]))
    for (const entry of catalogue.entries) {
      for (const file of entry.files) {
        if ((file.repository ?? entry.repository) !== repository) continue
        const now = found.get(file.name)
        found.delete(file.name)
        if (now === undefined) {
          say(`gone: ${repository}/${file.name}`)
          continue
        }
        if (file.sha256 !== null && now.sha256 !== null && file.sha256 !== now.sha256) {
          say(`differs from its known hash, left as it was: ${repository}/${file.name}`)
          continue
        }
        if (file.bytes === now.bytes && file.sha256 === (now.sha256 ?? file.sha256)) continue
        say(`${repository}/${file.name}: ${now.bytes ?? 0} bytes, ${now.sha256 ?? 'no hash'}`)
        file.bytes = now.bytes
        file.sha256 ??= now.sha256
        changed += 1
      }
    }
    if (!catalogue.watched.includes(repository)) continue
    for (const name of found.keys()) if (readName(name) !== null) say(`new: ${repository}/${name}`)
  } catch (error) {
    if (!(error instanceof RoostError)) throw error
    say(`${repository}: ${error.code}, ${String(error.detail.reason ?? '')}`)
  }
}
network.close()
if (changed > 0) {
  const before = readFileSync(path, 'utf8')
  writeFileSync(path, `${JSON.stringify(catalogue, null, 2)}\n`)
  say(`${changed} files changed in models.json (${before.length} characters before); run prettier over it.`)
} else say('Nothing has changed.')
