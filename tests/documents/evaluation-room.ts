// The corpus of the evaluation in a library of its own: read by the real readers, searched by the real retrieval, answered by
// the real code with a real model. Only the chat around it is left out.
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AddonEngine } from '../../electron/engine/addon-engine.ts'
import type { LoadedModel } from '../../electron/engine/engine.ts'
import { realAddon } from '../../electron/engine/testing/addons.ts'
import { silentLogger } from '../../electron/platform/log.ts'
import { prepareDataFolders } from '../../electron/platform/paths.ts'
import type { ActiveModel } from '../../electron/services/chat/active-model.ts'
import { chooseTemplate, readChatTemplates } from '../../electron/services/chat/chat-templates.ts'
import { firstTurn } from '../../electron/services/chat/prompt.ts'
import { Answering } from '../../electron/services/documents/answering.ts'
import { Reranker } from '../../electron/services/documents/rerank.ts'
import { retrieval } from '../../electron/services/documents/retrieval.ts'
import { readHere } from '../../electron/services/documents/testing/read-here.ts'
import { openStorage } from '../../electron/storage/client.ts'
import type { NewPassage, Storage } from '../../electron/storage/storage.ts'
import type { Evidence } from '../../electron/contract/evidence.ts'
import { evaluationCorpus } from './corpus.ts'
import type { Corpus, CorpusQuestion } from './corpus.ts'

const resources = fileURLToPath(new URL('../../resources', import.meta.url))

export interface Answered {
  readonly text: string
  readonly evidence: Evidence
}

export class EvaluationRoom {
  readonly corpus: Corpus = evaluationCorpus()
  readonly storage: Storage
  readonly model: ActiveModel
  readonly reranker: Reranker
  readonly retrieve: ReturnType<typeof retrieval>
  readonly #answering: Answering
  readonly #root: string
  readonly #loaded: LoadedModel
  /** Asked freely, and "only from documents". */
  readonly #conversations = { free: randomUUID(), strict: randomUUID() }

  private constructor(root: string, storage: Storage, model: ActiveModel, budgetMs: number) {
    this.#root = root
    this.#loaded = model.loaded
    this.storage = storage
    this.model = model
    this.reranker = new Reranker(
      () => model,
      () => false,
      silentLogger,
    )
    this.retrieve = retrieval(storage, this.reranker.rank)
    this.#answering = new Answering({
      storage,
      retrieve: this.retrieve,
      reranker: this.reranker,
      readings: { documentsRead: () => Promise.resolve([]), readSideBySide: () => Promise.resolve([]) },
      emit: () => undefined,
      log: silentLogger,
      budgetMs,
    })
  }

  /** `budgetMs`: for each part of the model's; long, so that the figures do not depend on the machine. */
  static async open(budgetMs: number): Promise<EvaluationRoom> {
    const root = mkdtempSync(join(tmpdir(), 'roost-evaluation-'))
    const folders = prepareDataFolders({ data: root, resources })
    const storage = await openStorage({ folders, log: silentLogger })
    const engine = new AddonEngine({ addonPath: realAddon })
    const loaded = await engine.load(join(resources, 'starter', 'starter.gguf'), {
      threads: null,
      vocabularyFolders: [],
    })
    const template = chooseTemplate(readChatTemplates(resources), loaded.description)
    const model = { loaded, title: loaded.description.title, template }
    const room = new EvaluationRoom(root, storage, model, budgetMs)
    await room.#fill()
    return room
  }

  async #fill(): Promise<void> {
    const { write } = this.storage
    const collection = randomUUID()
    await write.putCollection({ id: collection, name: 'evaluation', watchedPath: null, createdAt: 1 })
    const files = join(this.#root, 'files')
    mkdirSync(files)
    for (const { name, text, kind } of this.corpus.documents) {
      const path = join(files, name)
      writeFileSync(path, text)
      const id = randomUUID()
      const passages: NewPassage[] = []
      const facts = await readHere(
        { path, name },
        { passages: (batch) => void passages.push(...batch), progress: () => undefined },
        new AbortController().signal,
      )
      await write.addDocuments([
        {
          ...{
            id,
            collection,
            name,
            kind,
            bytes: text.length,
            sha256: null,
            origin: 'file',
            sourcePath: null,
          },
          ...{
            sourceModified: null,
            status: 'waiting',
            error: null,
            remarks: [],
            pages: null,
            characters: 0,
          },
          ...{ passages: 0, createdAt: 1, revision: 1 },
        },
      ])
      await write.addPassages(id, passages)
      await write.finishDocument(
        id,
        { status: 'ready', characters: facts.characters, passages: passages.length },
        facts.outline,
      )
    }
    for (const [way, conversation] of Object.entries(this.#conversations)) {
      await write.createConversation(conversation, 1)
      const sources = [{ collection, use: 'search' as const }]
      await write.setSources(conversation, { sources, strict: way === 'strict' })
    }
  }

  /** As a chat does it, greedy. */
  async ask(question: CorpusQuestion, way: 'free' | 'strict'): Promise<Answered> {
    const { signal } = new AbortController()
    const prepared = await this.#answering.prepare(
      {
        conversation: this.#conversations[way],
        question: question.text,
        previous: question.before,
        model: this.model,
        siblings: [],
      },
      signal,
    )
    if (prepared === null) throw new Error('no sources')
    if (prepared.refusal !== null) return { text: prepared.refusal, evidence: prepared.evidence }
    const { template, loaded } = this.model
    const session = await loaded.openSession()
    try {
      const { text } = await session.generate({
        tokens: await loaded.tokenize(firstTurn(template, '', prepared.turn ?? question.text)),
        maximumTokens: 96,
        sampling: { ...template.sampling, temperature: 0 },
        stop: template.stop,
      })
      const said = text.trim()
      const { evidence, replacement } = prepared.conclude(said, 0)
      return { text: replacement ?? said, evidence }
    } finally {
      await session.close()
    }
  }

  async close(): Promise<void> {
    await this.#loaded.close()
    await this.storage.close()
    rmSync(this.#root, { recursive: true, force: true })
  }
}
