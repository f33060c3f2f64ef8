// Files out and in: what leaves comes back equal, what is not ours is read or refused as a whole.
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { open } from 'yauzl'
import type { ZipFile } from 'yauzl'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fillStorage, generatedConversation } from '../../../tests/application/generated-conversations.ts'
import { seededRandom } from '../../../tests/application/seeded-random.ts'
import { TestApplication } from '../../../tests/application/test-application.ts'
import { zipOf } from '../../../tests/e2e/zip-file.ts'
import type { Conversation } from '../../contract/entities.ts'
import { elementLimits, jsonElements } from './json-elements.ts'
import type { JsonPiece } from './json-elements.ts'
import { markdownToHtml } from './readable-chat.ts'

let app: TestApplication
beforeEach(async () => {
  app = await TestApplication.open({ model: null })
})
afterEach(() => app.destroy())

async function exported(
  conversations: string[] | null,
  format: 'json' | 'html' | 'markdown',
  thinking = true,
) {
  const file = await app.call('export.run', { conversations, format, thinking })
  const known = await app.application.files.find(file?.download ?? '')
  return { name: known.name, content: readFileSync(known.path), path: known.path }
}

async function importing(content: string | Buffer, name = 'chats.json') {
  const { file } = await app.application.files.receive(Readable.from([Buffer.from(content)]), name)
  return await app.call('import.run', { file })
}

/** Without what is new by nature: revisions, and that no state is kept. */
function comparable(conversation: Conversation) {
  const { revision: _r, unread: _u, folder: _f, messages, ...rest } = conversation
  return { ...rest, messages: messages.map(({ revision: _m, resumable: _s, ...message }) => message) }
}

async function everything() {
  const listed = await app.call('conversations.list', {})
  const opened = await Promise.all(listed.map(({ id }) => app.conversation(id)))
  return opened.map(comparable).sort((a, b) => (a.id < b.id ? -1 : 1))
}

describe('M37: JSON', () => {
  it('comes back equal, with every branch, folder, tag and draft', async () => {
    const random = seededRandom(7)
    await fillStorage(app.storage, [
      {
        ...generatedConversation(random, { messages: 60, branching: 0.4, title: 'A tree' }),
        folder: 'Work',
        tags: ['sea', '海'],
      },
      {
        ...generatedConversation(random, { messages: 3 }),
        draft: 'not sent yet',
        systemPrompt: 'Be brief.',
        pinned: true,
      },
      { ...generatedConversation(random, { messages: 0 }), title: 'empty' },
    ])
    const before = await everything()
    const { content, name } = await exported(null, 'json')
    expect(name).toMatch(/^Roost \d{4}-\d\d-\d\d\.json$/)

    await app.destroy()
    app = await TestApplication.open({ model: null })
    const report = await importing(content)
    expect(report).toMatchObject({ source: 'roost', messages: 63, leftOut: 0 })
    expect(await everything()).toEqual(before)
    const [folder] = await app.call('folders.list', {})
    expect(folder?.name).toBe('Work')

    // Once more: a copy beside the first, under new ids.
    await importing(content)
    const twice = await everything()
    expect(twice).toHaveLength(6)
    const shape = (one: { messages: { text: string }[]; title: string }) => [
      one.title,
      one.messages.map(({ text }) => text),
    ]
    expect(twice.map(shape).sort()).toEqual([...before, ...before].map(shape).sort())
    expect(await app.storage.quickCheck()).toBe(true)
  })

  it('leaves the thinking out when asked', async () => {
    const random = seededRandom(8)
    const made = generatedConversation(random, { messages: 2 })
    const [question, answer] = made.messages
    await fillStorage(app.storage, [
      { ...made, messages: [question!, { ...answer!, text: '<think>\nsecretly\n</think>\n\nOpenly.' }] },
    ])
    for (const format of ['json', 'markdown', 'html'] as const) {
      const without = (await exported([made.id], format, false)).content.toString()
      expect([format, without.includes('secretly'), without.includes('Openly.')]).toEqual([
        format,
        false,
        true,
      ])
      expect((await exported([made.id], format, true)).content.toString()).toContain('secretly')
    }
  })
})

describe('a page', () => {
  it('loads and runs nothing, whatever the answers say', async () => {
    const made = generatedConversation(seededRandom(9), { messages: 2, title: '<script>alert(1)</script>' })
    const [question, answer] = made.messages
    const hostile =
      '<img src=x onerror=alert(2)>\n\n![p](https://evil.example/p.png) [l](javascript:alert(3))\n\n| a |\n| - |\n| **b** |'
    await fillStorage(app.storage, [
      {
        ...made,
        messages: [
          { ...question!, text: hostile },
          { ...answer!, text: hostile },
        ],
      },
    ])
    const page = (await exported([made.id], 'html')).content.toString()
    expect(page).not.toMatch(/<script|<img|<iframe|<link|href="javascript:/i)
    expect(page).toContain("default-src 'none'")
    expect(page).toContain('<td><strong>b</strong></td>')
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('alert(1)'))
    // CommonMark 6.6: an inline tag stands in a paragraph; here as text.
    expect(markdownToHtml('# x\n<b>raw</b>')).toBe('<h1>x</h1>\n<p>&lt;b&gt;raw&lt;/b&gt;</p>')
  })

  it('of several chats in Markdown is a zip of one file each, none over another', async () => {
    const random = seededRandom(10)
    await fillStorage(
      app.storage,
      ['Same / title', 'Same : title', '../../etc', 'CON'].map((title) =>
        generatedConversation(random, { messages: 2, title }),
      ),
    )
    const { path } = await exported(null, 'markdown')
    const names = await namesInZip(path)
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(4)
    for (const name of names) expect(name).toMatch(/^\d{4}-\d\d-\d\d [^/\\:]+\.md$/)
  })
})

function namesInZip(path: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: false }, (error, zip: ZipFile) => {
      if (error !== null) return reject(error)
      const names: string[] = []
      zip.on('entry', (entry: { fileName: string }) => names.push(entry.fileName))
      zip.on('end', () => resolve(names))
      zip.on('error', reject)
    })
  })
}

function node(
  id: string,
  parent: string | null,
  children: string[],
  role: string | null,
  parts: unknown[],
  extra = {},
) {
  const message =
    role === null
      ? null
      : {
          id,
          author: { role },
          create_time: 1_700_000_000.5,
          content: { content_type: 'text', parts },
          metadata: {},
          ...extra,
        }
  return [id, { id, parent, children, message }]
}

const ids = { q1: randomUUID(), a1: randomUUID(), a1b: randomUUID(), q2: randomUUID(), a2: randomUUID() }
const chatGpt = {
  title: 'Boats',
  create_time: 1_700_000_000,
  update_time: 1_700_000_900,
  conversation_id: randomUUID(),
  current_node: ids.a2,
  mapping: Object.fromEntries([
    node('root', null, ['system'], null, []),
    node('system', 'root', [ids.q1], 'system', ['You are ChatGPT'], {
      metadata: { is_visually_hidden_from_conversation: true },
    }),
    node(ids.q1, 'system', ['t1', ids.a1b], 'user', [
      'Name a boat.',
      { content_type: 'image_asset_pointer' },
    ]),
    node('t1', ids.q1, ['tool1'], 'assistant', [], {
      content: { content_type: 'thoughts', thoughts: [{ summary: 'Boats', content: 'A short name.' }] },
    }),
    node('tool1', 't1', [ids.a1], 'tool', ['search results']),
    node(ids.a1, 'tool1', [ids.q2], 'assistant', ['*Fair Weather*'], { metadata: { model_slug: 'gpt-4o' } }),
    node(ids.a1b, ids.q1, [], 'assistant', ['Second Wind']),
    node(ids.q2, ids.a1, [ids.a2], 'user', ['And her dinghy?']),
    node(ids.a2, ids.q2, [], 'assistant', ['First Breath']),
  ]),
}

describe('M37: an archive of ChatGPT', () => {
  it('becomes a tree of turns: versions stay, tools and hidden words go, thoughts stand before their answer', async () => {
    const report = await importing(JSON.stringify([chatGpt]))
    expect(report).toMatchObject({ source: 'chatgpt', messages: 5, leftOut: 2 })
    const { title, messages, activeLeaf, updatedAt } = await app.conversation(report.conversations[0]!)
    expect([title, activeLeaf, updatedAt]).toEqual(['Boats', ids.a2, 1_700_000_900_000])
    expect(messages.map(({ id, parent, role, text, model }) => ({ id, parent, role, text, model }))).toEqual([
      { id: ids.q1, parent: null, role: 'user', text: 'Name a boat.', model: null },
      {
        id: ids.a1,
        parent: ids.q1,
        role: 'assistant',
        text: '<think>\nBoats\n\nA short name.\n</think>\n\n*Fair Weather*',
        model: 'gpt-4o',
      },
      { id: ids.q2, parent: ids.a1, role: 'user', text: 'And her dinghy?', model: null },
      { id: ids.a2, parent: ids.q2, role: 'assistant', text: 'First Breath', model: null },
      { id: ids.a1b, parent: ids.q1, role: 'assistant', text: 'Second Wind', model: null },
    ])
  })

  it('is read out of its zip', async () => {
    const zip = zipOf({
      'user.json': Buffer.from('{}'),
      'conversations.json': Buffer.from(JSON.stringify([chatGpt])),
    })
    expect(await importing(zip, 'archive.zip')).toMatchObject({ source: 'chatgpt', messages: 5 })
  })

  const cycle = {
    ...chatGpt,
    mapping: Object.fromEntries([
      node('a', 'b', ['b'], 'user', ['x']),
      node('b', 'a', ['a'], 'assistant', ['y']),
      node('c', null, [], 'user', ['kept']),
    ]),
  }
  it('with nodes in a circle gives what hangs on its roots', async () => {
    expect(await importing(JSON.stringify([cycle]))).toMatchObject({ messages: 1 })
  })
})

describe('a wrong file gets one sentence and changes nothing', () => {
  const whole = JSON.stringify([chatGpt, chatGpt])
  const wrong: Record<string, [content: string | Buffer, code: string]> = {
    'an empty file': ['', 'not_an_archive'],
    'a page': ['<!doctype html><title>Sign in</title>', 'not_an_archive'],
    'other JSON': ['{"name":"roost","version":"0.1.0"}', 'not_an_archive'],
    'a list of other things': ['[1,2,3]', 'not_an_archive'],
    'no text': [Buffer.from([0x5b, 0xff, 0xfe, 0x00]), 'not_an_archive'],
    'an empty list': ['[]', 'not_an_archive'],
    'a list that is cut': [whole.slice(0, -200), 'archive_damaged'],
    'one chat, then rubbish': [`[${JSON.stringify(chatGpt)},{"title":]`, 'archive_damaged'],
    'deep nesting': ['['.repeat(100_000), 'archive_damaged'],
    'a zip that is cut': [
      zipOf({ 'conversations.json': Buffer.from(whole) }).subarray(0, 400),
      'archive_damaged',
    ],
    'a zip of something else': [zipOf({ 'photo.jpg': Buffer.from('x') }), 'not_an_archive'],
    'a file of a newer Roost': [
      '{"format":"roost-conversations","version":99,"conversations":[]}',
      'archive_newer',
    ],
    'a tree that is none': [
      JSON.stringify({
        format: 'roost-conversations',
        version: 1,
        conversations: [
          {
            id: randomUUID(),
            title: 't',
            createdAt: 1,
            updatedAt: 1,
            pinned: false,
            folder: null,
            tags: [],
            systemPrompt: '',
            draft: '',
            activeLeaf: null,
            messages: [
              {
                id: randomUUID(),
                parent: randomUUID(),
                role: 'user',
                text: 'x',
                state: 'complete',
                createdAt: 1,
                model: null,
                figures: null,
                error: null,
              },
            ],
          },
        ],
      }),
      'archive_damaged',
    ],
  }
  for (const [name, [content, code]] of Object.entries(wrong)) {
    it(name, async () => {
      await expect(importing(content)).rejects.toMatchObject({ code })
      expect(await everything()).toEqual([])
      expect(await app.storage.write.purge(0, true)).toBe(0)
    })
  }

  it('a hundred broken copies of a good file never stop anything and never leave a part', async () => {
    const random = seededRandom(11)
    const good = Buffer.from(JSON.stringify([chatGpt]))
    for (let round = 0; round < 100; round++) {
      const bytes = Buffer.from(good)
      for (let i = 0; i <= random.below(4); i++) bytes[random.below(bytes.length)] = random.below(256)
      const before = (await everything()).length
      const outcome = await importing(
        random.chance(0.3) ? bytes.subarray(0, random.below(bytes.length)) : bytes,
      ).then(
        () => 1,
        (error: unknown) => {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(not_an_archive|archive_damaged)$/) as unknown,
          })
          return 0
        },
      )
      expect(await everything()).toHaveLength(before + outcome)
    }
    expect(await app.storage.quickCheck()).toBe(true)
  })
})

describe('a large file is read element by element', () => {
  const read = async (text: string, size: number, limits = elementLimits): Promise<JsonPiece[]> => {
    const bytes = Buffer.from(text)
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    )
    const pieces: JsonPiece[] = []
    for await (const piece of jsonElements(Readable.from(chunks), limits)) pieces.push(piece)
    return pieces
  }
  const text =
    '{"format":"x","note":"[\\"conversations\\": [","conversations" : [ {"a":"}]\\\\\\"海"} , [1,[2]], "s,]" ], "after": {"b": [1]} }'

  it('the same wherever the chunks end', async () => {
    const whole = await read(text, 10_000)
    expect(whole.map(({ kind, value }) => [kind, value])).toEqual([
      ['head', { format: 'x', note: '["conversations": [' }],
      ['element', { a: '}]\\"海' }],
      ['element', [1, [2]]],
      ['element', 's,]'],
    ])
    for (const size of [1, 2, 3, 7, 50]) expect(await read(text, size)).toEqual(whole)
  })

  it('and an element beyond the limit is refused before it is parsed', async () => {
    const limits = { ...elementLimits, element: 1000 }
    await expect(read(`["${'x'.repeat(5000)}"]`, 64, limits)).rejects.toMatchObject({
      code: 'archive_damaged',
    })
  })
})

describe('M10: a backup', () => {
  it('is made, listed and restored; what was there before lies aside', async () => {
    await fillStorage(app.storage, [generatedConversation(seededRandom(1), { messages: 4, title: 'Before' })])
    const [backup] = await app.call('backups.make', {})
    expect(backup).toMatchObject({ conversations: 1, messages: 4 })
    await fillStorage(app.storage, [generatedConversation(seededRandom(2), { messages: 2, title: 'After' })])
    await app.call('backups.restore', { backup: backup!.id })
    app = await app.restart({ model: null })
    expect(app.storage.opening.restored).toBe('done')
    expect((await app.call('conversations.list', {})).map(({ title }) => title)).toEqual(['Before'])
    const usage = await app.call('storage.usage', {})
    expect(usage.setAside.count).toBe(1)
    // The next start is an ordinary one.
    app = await app.restart({ model: null })
    expect(app.storage.opening.restored).toBeNull()
    await app.call('storage.free', { states: true, setAside: true })
    expect((await app.call('storage.usage', {})).setAside).toEqual({ count: 0, bytes: 0 })
  })

  it('that is damaged changes nothing, and says so', async () => {
    await fillStorage(app.storage, [generatedConversation(seededRandom(1), { messages: 40, title: 'Kept' })])
    const [backup] = await app.call('backups.make', {})
    const { name } = (await app.storage.backups())[0]!
    await app.call('backups.restore', { backup: backup!.id })
    const path = join(app.root, 'backups', name)
    const bytes = readFileSync(path)
    bytes.fill(0x55, 8192, 60_000)
    writeFileSync(path, bytes)
    app = await app.restart({ model: null })
    expect(app.storage.opening).toMatchObject({ restored: 'failed', setAside: null })
    expect((await app.call('conversations.list', {})).map(({ title }) => title)).toEqual(['Kept'])
  })
})
