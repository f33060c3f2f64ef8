// Starts reading-process.ts and kills it while it reads.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ReadingLine } from './reading-process.ts'

const script = fileURLToPath(new URL('reading-process.ts', import.meta.url))

/** Killed `aliveMs` after it has come beyond `beyond` tokens and one checkpoint more. What it told, last line last. */
export async function readAndKill(
  root: string,
  aliveMs: number,
  beyond: number,
  model: 'fake' | 'starter' = 'fake',
): Promise<ReadingLine[]> {
  const child = spawn(process.execPath, [script, root, model], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const lines = (): ReadingLine[] =>
    output
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as ReadingLine)
  const began = performance.now()
  while ((lines().at(-1)?.kept ?? 0) <= beyond) {
    if (child.exitCode !== null) throw new Error('the process ended by itself')
    if (performance.now() - began > 90_000) {
      child.kill('SIGKILL')
      throw new Error('it did not read')
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await new Promise((resolve) => setTimeout(resolve, aliveMs))
  child.kill('SIGKILL')
  await ended
  return lines()
}
