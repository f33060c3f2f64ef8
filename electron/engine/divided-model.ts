// Models that are divided into several .safetensors files: a person opens the index, a JSON text beside the parts that says
// which tensor lies in which ("model.safetensors.index.json"). The engine reads and checks it; here it only matters
// which files belong together.
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

/** Published indices have 100 KB; the engine refuses what is far larger. */
const mostIndexBytes = 8 * 1024 * 1024
const mostParts = 512
const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) })

export function isDividedIndex(name: string): boolean {
  return name.toLowerCase().endsWith('.safetensors.index.json')
}

/** "model-00002-of-00005.safetensors": of no use by itself. */
export function isPart(name: string): boolean {
  return /-\d{5}-of-\d{5}\.safetensors$/i.test(name)
}

/**
 * The parts that the index at `path` names, sorted, as paths in its own folder. Empty for any other file, and for an index that
 * can't be read or names something else than files beside it: the engine says what is wrong with those.
 */
export async function partsOf(path: string): Promise<string[]> {
  if (!isDividedIndex(path)) return []
  let index
  try {
    await using file = await open(path, 'r')
    if ((await file.stat()).size > mostIndexBytes) return []
    index = indexSchema.safeParse(JSON.parse(await file.readFile('utf8')))
  } catch {
    return [] // gone, not readable, or no JSON
  }
  if (!index.success) return []
  const names = [...new Set(Object.values(index.data.weight_map))].sort()
  const plain = names.every((name) => name === basename(name) && /^[^\\:*?"<>|]+\.safetensors$/i.test(name))
  return plain && names.length <= mostParts ? names.map((name) => join(dirname(path), name)) : []
}
