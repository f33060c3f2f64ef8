// The process that reads one document: started for it, ended with it. It is given the path of one file, opens that, and
// hands back passages and facts; where the platform allows it, it may read no other file, and nothing may be written.
// Started by parse-job.ts; as child_process.fork under Node, as a utility process under Electron.
import './no-network.ts'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { RoostError } from '../../contract/errors.ts'
import type { Chunk } from './chunking.ts'
import { guardMemory } from './memory-guard.ts'
import type { ParseReply, ParseRequest } from './parse-protocol.ts'
import { charactersAtOnce, parsing, passagesAtOnce } from './parsing-limits.ts'
import { readDocument } from './read-document.ts'

/** process.parentPort of an Electron utility process. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

const { parentPort } = process as { parentPort?: ParentPort }

function reply(message: ParseReply): void {
  if (parentPort) parentPort.postMessage(message)
  else process.send?.(message)
}

/** Passages go out in messages of a bounded size. */
class Outgoing {
  #passages: Chunk[] = []
  #characters = 0

  readonly add = (chunk: Chunk): void => {
    this.#passages.push(chunk)
    this.#characters += chunk.text.length
    if (this.#passages.length >= passagesAtOnce || this.#characters >= charactersAtOnce) this.send()
  }

  send(): void {
    if (this.#passages.length > 0) {
      reply({
        kind: 'passages',
        passages: this.#passages.map((passage) => ({ ...passage, headings: [...passage.headings] })),
      })
    }
    this.#passages = []
    this.#characters = 0
  }
}

async function read(request: ParseRequest): Promise<ParseReply> {
  const file = openSync(request.path, 'r')
  try {
    const { size } = fstatSync(file)
    guardMemory(parsing.memoryBytes + Math.min(size, parsing.fileBytes))
    const outgoing = new Outgoing()
    let told = 0
    const facts = await readDocument(file, request.name, {
      passage: outgoing.add,
      progress: (fraction) => {
        if (fraction - told < 0.02) return
        told = fraction
        reply({ kind: 'progress', fraction })
      },
    })
    outgoing.send()
    return { kind: 'done', ...facts }
  } finally {
    closeSync(file)
  }
}

function failure(error: unknown): ParseReply {
  if (error instanceof RoostError) return { kind: 'failed', code: error.code, detail: { ...error.detail } }
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  if (code !== null && /^E[A-Z]+$/.test(code)) {
    return {
      kind: 'failed',
      code: 'file_unreadable',
      detail: { reason: `The file cannot be read (${code}).` },
    }
  }
  // A reader stumbled over something that it has no words for: that is the document, as far as anybody knows.
  const name = error instanceof Error ? error.name : 'unknown'
  return {
    kind: 'failed',
    code: 'document_damaged',
    detail: { reason: `The document cannot be read (${name.slice(0, 60)}).` },
  }
}

function answer(message: unknown): void {
  reply({ kind: 'started' })
  // The application ends this process when it has heard: an exit here could overtake the message.
  void read(message as ParseRequest).then(reply, (error: unknown) => reply(failure(error)))
}

if (parentPort) {
  parentPort.on('message', (event) => answer(event.data))
} else {
  process.once('message', answer)
  // The application has gone: so does this.
  process.once('disconnect', () => process.exit(0))
}
