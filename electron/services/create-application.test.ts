// What the application says about itself and its start, and what it must not say to its log.
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { TestApplication } from '../../tests/application/test-application.ts'
import { createLogger } from '../platform/log.ts'

let app: TestApplication
afterEach(() => app.destroy())

it('a damaged database is told to the first window, with what was kept', async () => {
  app = await TestApplication.open()
  await app.ask(randomUUID(), null, 'hi')
  await app.storage.backUp()
  await app.close()
  writeFileSync(join(app.root, 'roost.db'), 'this was a database once')
  app = await TestApplication.open({ root: app.root })
  expect(app.of('notice')).toEqual([])
  await app.call('app.info', {})
  await app.until(() => app.of('notice').length > 0)
  await app.call('app.info', {})
  expect(app.of('notice')).toEqual([
    {
      code: 'storage_damaged',
      detail: { file: expect.any(String), source: 'backup', conversations: 1, messages: 2 },
    },
  ])
  const { file } = app.of('notice')[0]?.detail ?? {}
  expect(readFileSync(join(app.root, 'set-aside', String(file)), 'utf8')).toBe('this was a database once')
  expect(await app.call('conversations.list', {})).toHaveLength(1)
})

it('a clean end leaves no mark, and the next start knows', async () => {
  app = await TestApplication.open({ model: null })
  expect(await app.call('app.info', {})).toMatchObject({
    uncleanExit: false,
    host: 'headless',
    dataFolder: app.root,
  })
  expect(existsSync(join(app.root, 'running'))).toBe(true)
  app = await app.restart({ model: null })
  expect((await app.call('app.info', {})).uncleanExit).toBe(false)
})

it.each(['javascript:alert(1)', 'file:///etc/passwd', 'roost://window', 'no address', ' '])(
  'the address %j is not opened',
  async (url) => {
    app = await TestApplication.open({ model: null })
    await expect(app.call('app.openLink', { url })).rejects.toMatchObject({ code: 'bad_request' })
  },
)

it('no word of a person or a model reaches the log, not even when everything goes wrong', async () => {
  const lines: string[] = []
  const log = createLogger({ write: (line) => lines.push(line), close: () => undefined }, { level: 'debug' })
  app = await TestApplication.open({ log })
  const conversation = randomUUID()
  const secret = 'canarybird'
  const first = await app.ask(conversation, null, `${secret} question`)
  await app.call('conversations.rename', { conversation, title: `${secret} title` })
  await app.call('conversations.setDraft', { conversation, draft: `${secret} draft` })
  await app.call('conversations.setSystemPrompt', { conversation, systemPrompt: `${secret} prompt` })
  await app.call('search.run', {
    query: secret,
    in: 'everything',
    since: null,
    until: null,
    folder: null,
    tag: null,
  })
  app.engine.failNext('generate', 'numeric_fault')
  await app.ask(conversation, first.id, `${secret} again`)
  app.engine.failNext('tokenize', 'internal')
  await app.ask(conversation, first.id, `${secret} again`)
  await app.storage.write.setSettings({ theme: secret })
  app = await app.restart({ log })
  expect(lines.length).toBeGreaterThan(3)
  expect(lines.filter((line) => line.includes(secret))).toEqual([])
})
