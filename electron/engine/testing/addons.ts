// The two addons that `npm run build:native` makes, for tests: the real one, and one over an engine that does what its path
// says (native/addon/testing/scripted_engine.cpp).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { GenerateOptions } from '../engine.ts'

export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url))

/** ROOST_NATIVE_BUILD: another build folder, for example one with sanitizers. */
const built = process.env.ROOST_NATIVE_BUILD ?? join(projectRoot, 'native', 'build')

export const realAddon = join(built, 'bin', 'roost.node')
export const scriptedAddon = join(built, 'bin', 'roost-scripted.node')

/** A model of tests/fixtures; all of them are committed. */
export function fixture(name: string): string {
  return join(projectRoot, 'tests', 'fixtures', name)
}

/** A folder of files whose names are scripts, so that they exist where a look at the disk is part of what is tested. */
export class ScriptedFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'roost-engine-'))

  path(script: Readonly<Record<string, number>> = {}): string {
    const words = Object.entries(script).map(([key, value]) => `${key}=${value}`)
    const path = join(this.folder, ['scripted', ...words].join(' '))
    writeFileSync(path, '')
    return path
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Greedy, with everything else switched off. */
export const greedy: GenerateOptions['sampling'] = {
  temperature: 0,
  topP: 1,
  topK: 0,
  minP: 0,
  presencePenalty: 0,
  frequencyPenalty: 0,
  penaltyDecay: 0.996,
  seed: 1,
  maximumTokens: 64,
}

export const loadPlainly = { threads: 1, vocabularyFolders: [] as string[] }
