// What a file name says about a model. For display, and for the prediction of memory, before the file is here; the file
// itself decides as soon as it is.
import type { CatalogueEntry, CatalogueFile } from '../../contract/download-entities.ts'
import { modelFileName } from '../../contract/download-entities.ts'
import type { ListedFile } from './hub-listing.ts'

/** Shapes of the official models of a size: layers, width, parameters. */
const shapes: Readonly<Record<string, Readonly<Record<string, readonly [number, number, number]>>>> = {
  '7': {
    '0.1': [12, 768, 191e6],
    '0.4': [24, 1024, 451e6],
    '1.5': [24, 2048, 1.53e9],
    '2.9': [32, 2560, 2.95e9],
    '7.2': [32, 4096, 7.2e9],
    '13.3': [61, 4096, 13.27e9],
  },
  '6': {
    '1.6': [24, 2048, 1.6e9],
    '3': [32, 2560, 3.1e9],
    '7': [32, 4096, 7.64e9],
    '14': [61, 4096, 14.07e9],
  },
}

export interface NameFacts {
  generation: CatalogueEntry['generation']
  series: string
  title: string
  /** "0.4" */
  size: string
  released: string | null
  trainingContext: number | null
}

/** rwkv7-g1k-1.5b-20260930-ctx25600, RWKV-x060-World-3B-v2.1-20240417-ctx4096; null: not of the official form. */
export function readName(fileName: string): NameFacts | null {
  const newer = /^rwkv7-(g\d[a-z]?\d?)-(\d+(?:\.\d+)?)b-(\d{8})-ctx(\d+)\./i.exec(fileName)
  if (newer !== null) {
    const [, tag = '', size = '', day = '', context = ''] = newer
    const name = tag.toLowerCase()
    return {
      generation: '7',
      series: name.slice(0, 2).toUpperCase(),
      title: `RWKV-7 ${name.charAt(0).toUpperCase()}${name.slice(1)} ${size}B`,
      size,
      released: dayOf(day),
      trainingContext: Number(context),
    }
  }
  const older = /^RWKV-x0(60|70)-(World)-(\d+(?:\.\d+)?)B(\d?)-(v[\d.]+)-(\d{8})-ctx(\d+)\./i.exec(fileName)
  if (older === null) return null
  const [, generation = '', series = '', whole = '', tenth = '', version = '', day = '', context = ''] = older
  const size = tenth === '' ? whole : `${whole}.${tenth}`
  return {
    generation: generation === '70' ? '7' : '6',
    series,
    title: `RWKV-${generation.charAt(0)} ${series} ${size}B ${version}`,
    size,
    released: dayOf(day),
    trainingContext: Number(context),
  }
}

function dayOf(digits: string): string | null {
  const day = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
  return Number.isNaN(Date.parse(day)) ? null : day
}

export function formatOf(name: string): CatalogueFile['format'] {
  return name.endsWith('.gguf') ? 'gguf' : name.endsWith('.pth') ? 'pth' : 'safetensors'
}

/** "Q4_K_M" out of a .gguf's name; null: 16 or 32 bits, or not said. */
export function quantisationOf(name: string): string | null {
  const found = /[-._]((?:I?Q\d(?:_[A-Z0-9]+)*|MXFP4))(?=[-._])/i.exec(name)
  return found?.[1]?.toUpperCase() ?? null
}

/** A part of a model, an adapter or a state is no model by itself. */
function isWholeModel(name: string): boolean {
  return (
    !/-\d{5}-of-\d{5}\./.test(name) &&
    !/(?:^|[-_.])(?:lora|adapter|state|mmproj|optimizer)(?:[-_.]|$)/i.test(name)
  )
}

/** Files that Roost may be able to use, as entries of the catalogue hold them. */
export function usableFiles(files: readonly ListedFile[]): CatalogueFile[] {
  return files
    .filter(({ name, folder }) => {
      const path = /^(?:[\w-][\w.-]*\/)*$/.test(folder) && folder.length <= 200
      return path && modelFileName.safeParse(name).success && isWholeModel(name)
    })
    .map(({ folder, name, bytes, sha256 }) => ({
      name,
      folder,
      bytes,
      sha256,
      format: formatOf(name),
      quantisation: quantisationOf(name),
      repository: null,
    }))
}

/** An entry for one new official file; null where the name does not say enough. */
export function entryOfName(repository: string, file: CatalogueFile): Omit<CatalogueEntry, 'origin'> | null {
  const facts = readName(file.name)
  if (facts === null) return null
  const [layers = null, width = null, parameters = null] = shapes[facts.generation ?? '']?.[facts.size] ?? []
  return {
    id: file.name.replace(/\.\w+$/, ''),
    title: facts.title,
    generation: facts.generation,
    series: facts.series,
    released: facts.released,
    parameters,
    layers,
    width,
    vocabulary: 65_536,
    trainingContext: facts.trainingContext,
    licence: 'Apache-2.0',
    languages: ['many'],
    repository,
    revision: null,
    template: null,
    purpose:
      facts.series === 'World' ? (facts.generation === '7' ? 'base' : 'older') : purposeOfSize(facts.size),
    curated: false,
    files: [file],
  }
}

function purposeOfSize(size: string): CatalogueEntry['purpose'] {
  const billions = Number(size)
  return billions < 1 ? 'small' : billions < 7 ? 'chat' : 'strong'
}
