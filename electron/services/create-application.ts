// Wires the services together and gives the handlers of every call.
import { join } from 'node:path'
import { RoostError } from '../contract/errors.ts'
import type { Handlers } from '../contract/calls.ts'
import type { AppInfo } from '../contract/entities.ts'
import type { Emit } from '../contract/events.ts'
import { systemClock } from '../platform/clock.ts'
import { errorFields } from '../platform/log.ts'
import { placeRunMarker } from '../platform/run-marker.ts'
import type { Application, ApplicationParts } from './application.ts'
import { readChatTemplates, withOwnTemplates } from './chat/chat-templates.ts'
import { conversationCalls } from './chat/conversation-calls.ts'
import { openChat } from './chat/open-chat.ts'
import type { ChatRoom } from './chat/open-chat.ts'
import { TemplateChoice } from './chat/template-choice.ts'
import { archiveCalls } from './archive/archive-calls.ts'
import { dataFolderCalls } from './data-folder/data-folder-calls.ts'
import { FileExchange } from './files/file-exchange.ts'
import { Deletions } from './keeping/deletions.ts'
import { keepingCalls } from './keeping/keeping-calls.ts'
import { openDocuments } from './documents/open-documents.ts'
import { openDownloads } from './downloads/open-downloads.ts'
import type { Downloads } from './downloads/open-downloads.ts'
import { FolderBrowser } from './models/model-files.ts'
import { openModelRooms } from './models/open-library.ts'
import { SettingsService } from './settings/settings-service.ts'

/** Housekeeping that may wait until the window stands. */
const housekeepingMs = 20_000
const lastCheckKey = 'storage.checkedAt'
const checkEveryMs = 7 * 24 * 60 * 60 * 1000
/** The contract of Application.close. */
const closingMs = 1500

export async function createApplication(parts: ApplicationParts): Promise<Application> {
  const { storage, host, emit, folders } = parts
  const log = parts.log.child('services')
  const settings = await SettingsService.read(storage, emit)
  const ownTemplates = withOwnTemplates(readChatTemplates(folders.resources), folders.root)
  if (ownTemplates.problem !== null)
    log.warn('own chat templates are not used', { reason: ownTemplates.problem })
  const templates = new TemplateChoice(ownTemplates.templates, storage)
  await templates.read()
  const rooms = await openModelRooms({
    storage,
    engine: parts.engine,
    folders,
    templates,
    emit: noticingModels(emit, () => chatRoom.modelReady()),
    clock: systemClock,
    log,
    version: parts.version,
    environment: process.env,
    threads: () => settings.get().threads,
    idleUnloadMinutes: () => settings.get().idleUnloadMinutes,
    device: () => settings.get().device,
    releaseModel: () => chatRoom.releaseModel(),
    interruptAnswers: () => chatRoom.chat.interruptAnswers(),
    publishedHash: (file, bytes) => downloads.catalogue.publishedHash(file, bytes),
  })
  const { library } = rooms
  const browser = new FolderBrowser()
  const files = new FileExchange(join(folders.root, 'exchange'), host.dialogs ?? null)
  const documents = await openDocuments({
    storage,
    models: library,
    emit,
    clock: systemClock,
    log,
    folders,
    files,
    dialogs: host.dialogs ?? null,
    pathOfFolder: (handle) => browser.pathOf(handle),
    ...(parts.parser === undefined ? {} : { parser: parts.parser }),
  })
  const chatRoom: ChatRoom = openChat({
    storage,
    documents: documents.room,
    models: library,
    settings,
    emit: rooms.observe,
    clock: systemClock,
    log,
    tunedStates: join(folders.root, 'tuned-states'),
    files,
    version: parts.version,
    pathOf: (file) => (files.has(file) ? files.pathOf(file) : browser.pathOf(file)),
  })
  const { chat } = chatRoom
  const deletions = new Deletions({
    storage,
    quietly: (conversations, work) => chat.quietly(conversations, work),
    deleteMessages: (input) => chat.deleteMessages(input),
    restoreMessages: (input) => chat.restoreMessages(input),
    emit,
    clock: systemClock,
    log,
  })
  const downloads: Downloads = await openDownloads({
    version: parts.version,
    storage,
    folders,
    clock: systemClock,
    emit,
    log,
    hub: parts.hub ?? null,
    secrets: host.secrets ?? null,
    inspect: async (path) => {
      await parts.engine.inspect(path)
    },
    install: async (path, sha256, published) =>
      sha256 === null ? (await library.add(path)).id : await rooms.service.adopt(path, sha256, published),
  })
  const dataFolder = dataFolderCalls({
    folders,
    host,
    browser,
    emit,
    log,
    checkDatabase: parts.checkDatabase ?? null,
  })
  const marker = placeRunMarker(folders.root)
  let housekeeping: NodeJS.Timeout | undefined
  let openingTold = false

  const info = (): AppInfo => ({
    version: parts.version,
    host: host.kind,
    platform: process.platform,
    locale: host.locale,
    nativeDialogs: host.nativeDialogs,
    uncleanExit: marker.uncleanExit,
    lastModel: library.lastModel(),
    dataFolder: folders.root,
  })

  const handlers: Handlers = {
    'app.info': () => {
      // The first thing a window asks: now there is somebody to tell.
      if (!openingTold) setImmediate(tellOpening)
      openingTold = true
      return Promise.resolve(info())
    },
    'app.openLink': async ({ url }) => host.openLink(checkedLink(url)),
    'settings.get': () => Promise.resolve(settings.get()),
    'settings.set': async (changes) => {
      const changed = await settings.set(changes)
      rooms.settingsChanged(changes)
      chatRoom.settingsChanged()
      return changed
    },
    'engine.state': () => Promise.resolve(library.state()),
    'models.list': () => library.list(),
    'models.chooseFile': async () => {
      const path = await host.chooseModelFile()
      return path === null ? null : await library.add(path)
    },
    'models.addFile': ({ file }) => library.add(browser.pathOf(file)),
    'models.load': ({ model }) => library.load(model),
    'models.cancelLoad': () => {
      library.cancelLoad()
      return Promise.resolve()
    },
    'models.unload': () => library.unload(),
    'models.forget': ({ model }) => library.forget(model),
    'templates.list': () => Promise.resolve(templates.list()),
    'templates.choose': ({ model, template }) => library.chooseTemplate(model, template),
    ...rooms.handlers(browser, host.nativeDialogs ? () => host.chooseModelFolder() : null),
    'files.browse': async ({ folder }) => {
      if (host.nativeDialogs)
        throw new RoostError('bad_request', { reason: 'The system has its own file dialog.' })
      return await browser.list(folder)
    },
    ...conversationCalls({ storage, chat, emit, clock: systemClock }),
    ...keepingCalls({ storage, deletions, emit, clock: systemClock, log }),
    ...archiveCalls({
      storage,
      files,
      folders,
      host,
      emit,
      clock: systemClock,
      withLiveText: (conversation) => chat.withLiveText(conversation),
      documents: documents.room,
    }),
    ...dataFolder.handlers,
    ...downloads.handlers,
    ...documents.handlers,
    ...chatRoom.handlers,
    'chat.send': (input) => chat.send(input),
    'chat.regenerate': (input) => chat.regenerate(input),
    'chat.continue': (input) => chat.continue(input),
    'chat.stop': ({ answer }) => {
      chat.stop(answer)
      return Promise.resolve()
    },
    'messages.get': async ({ conversation, message }) => {
      const found = await storage.read.message(message)
      if (found?.conversation !== conversation) throw new RoostError('not_found', { what: 'message' })
      return chat.withLiveTextOf(found)
    },
  }

  /** --model and the bundled model always; another one only if that did not end the last run badly. */
  const loadAtStart = async (): Promise<void> => {
    if (parts.initialModel !== null) return await library.loadAtStart({ path: parts.initialModel })
    if (!settings.get().loadLastModel) return
    const starter = await library.starter()
    const last = library.lastModel()
    if (last !== null && (last === starter || !marker.uncleanExit))
      return await library.loadAtStart({ id: last })
    if (last === null && starter !== null) await library.loadAtStart({ id: starter })
  }

  const tellOpening = (): void => {
    if (ownTemplates.problem !== null) {
      emit('notice', { code: 'templates_unusable', detail: { reason: ownTemplates.problem } })
    }
    const { setAside, restored } = storage.opening
    if (restored !== null) emit('notice', { code: `backup_restore_${restored}`, detail: {} })
    if (setAside === null) return
    const { file, source, conversations, messages } = setAside
    emit('notice', { code: 'storage_damaged', detail: { file, source, conversations, messages } })
  }

  /** After an unclean end of a large database, and weekly. False: damaged. */
  const checkDatabase = async (): Promise<boolean> => {
    const last = (await storage.read.settings())[lastCheckKey]
    const age = systemClock.now() - (typeof last === 'number' ? last : 0)
    if (!storage.opening.checkDue && age >= 0 && age < checkEveryMs) return true
    if (await storage.quickCheck()) {
      await storage.write.setSettings({ [lastCheckKey]: systemClock.now() })
      return true
    }
    await storage.write.requestCheck()
    log.error('the database is damaged; it is repaired at the next start')
    emit('notice', { code: 'storage_damaged', detail: { repairedAtNextStart: true } })
    return false
  }

  const keepHouse = async (): Promise<void> => {
    try {
      if (!(await checkDatabase())) return
      await storage.write.keepBudget(settings.snapshotBudgetBytes())
      if (storage.opening.backupDue) await storage.backUp()
    } catch (error) {
      log.warn('housekeeping did not finish', errorFields(error))
    }
  }

  return {
    handlers,
    files,
    start() {
      void loadAtStart().catch((error: unknown) =>
        log.error('no model was loaded at start', errorFields(error)),
      )
      void deletions.begin()
      dataFolder.begin()
      files.clean().catch((error: unknown) => log.warn('old files were not removed', errorFields(error)))
      downloads.start()
      documents.start()
      housekeeping = setTimeout(() => void keepHouse(), housekeepingMs)
      housekeeping.unref()
    },
    async close() {
      clearTimeout(housekeeping)
      deletions.end()
      dataFolder.close()
      const closed = await inTime(
        Promise.all([
          documents
            .close()
            .then(() => chatRoom.close())
            .then(() => rooms.close()),
          downloads.close(),
        ]).then(() => undefined),
        closingMs,
      )
      if (closed) marker.release()
      else log.warn('closing took too long')
    },
  }
}

/** `ready` is called when another model has become ready, not for every word about the one that is. */
function noticingModels(emit: Emit, ready: () => void): Emit {
  let known: string | null = null
  return (name, payload) => {
    emit(name, payload)
    if (name !== 'engine.changed' || !('state' in payload)) return
    const { state } = payload
    const now = state.phase === 'ready' ? `${state.model.id} ${state.template.template.id}` : null
    if (now !== null && now !== known) ready()
    known = now
  }
}

function checkedLink(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:', 'mailto:'].includes(url.protocol)) {
    throw new RoostError('bad_request', { reason: 'Only web and mail addresses can be opened.' })
  }
  return url.href
}

async function inTime(work: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds)
  })
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
