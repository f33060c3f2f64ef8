// Verdicts over model files that outlive the application: one small JSON file. It is a cache: damaged or missing it is empty,
// and what it says is believed only after model-probe.ts has compared it with the file on disk.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { writeFileAtomic } from '../platform/atomic-file.ts'
import type { VerdictStore } from './model-probe.ts'

/** The oldest verdicts go first. */
const mostVerdicts = 200

const contentSchema = z.record(z.string(), z.string())

export class VerdictFile implements VerdictStore {
  readonly #path: string
  #content: Promise<Map<string, string>> | null = null

  constructor(path: string) {
    this.#path = path
  }

  async get(key: string): Promise<string | null> {
    return (await this.#read()).get(key) ?? null
  }

  /** Rejects where the file can't be written; the verdict is then kept for this run only. */
  async set(key: string, verdict: string): Promise<void> {
    const content = await this.#read()
    content.delete(key) // so that it becomes the newest
    content.set(key, verdict)
    for (const oldest of content.keys()) {
      if (content.size <= mostVerdicts) break
      content.delete(oldest)
    }
    writeFileAtomic(this.#path, JSON.stringify(Object.fromEntries(content)))
  }

  #read(): Promise<Map<string, string>> {
    this.#content ??= readFile(this.#path, 'utf8')
      .then((text) => new Map(Object.entries(contentSchema.parse(JSON.parse(text)))))
      .catch(() => new Map<string, string>())
    return this.#content
  }
}
