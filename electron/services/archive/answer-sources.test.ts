// An exported page shows what an answer rests on, and nothing of a document becomes a mark, a link or a picture in it.
import { expect, it } from 'vitest'
import type { Conversation, Message } from '../../contract/entities.ts'
import type { Evidence } from '../../contract/evidence.ts'
import { toHtml, toMarkdown } from './readable-chat.ts'

const text = 'In Lowen. [1] Or not [9].'
const evidence: Evidence = {
  message: 'a',
  mode: 'passages',
  strict: false,
  sources: [],
  read: [],
  passages: [
    {
      ...{ number: 1, document: 'd', documentName: '![x](http://leak.example/p.png).txt', start: 0, end: 60 },
      ...{ text: 'Mara lives in\nLowen <img src=x>. [click](javascript:1)', page: 3, headings: [], score: 1 },
      cited: true,
    },
    {
      ...{ number: 2, document: 'd', documentName: 'unread.txt', start: 0, end: 4, text: 'None' },
      ...{ page: null, headings: [], score: 0, cited: false },
    },
  ],
  citations: [
    { start: 10, end: 13, number: 1, state: 'verified', quote: null },
    { start: 21, end: 24, number: 9, state: 'dangling', quote: null },
  ],
  searchedFor: null,
  stages: [],
  refused: null,
}
const message: Message = {
  ...{ id: 'a', conversation: 'c', parent: null, role: 'assistant', text, state: 'complete', createdAt: 1 },
  ...{ revision: 1, model: null, figures: null, error: null, resumable: false },
}
const conversation: Conversation = {
  ...{ id: 'c', title: 'T', createdAt: 1, updatedAt: 1, revision: 1, generating: false, pinned: false },
  ...{ folder: null, tags: [], unread: false, messages: [message], activeLeaf: 'a', draft: '', queue: [] },
  systemPrompt: '',
  parameters: {} as Conversation['parameters'],
}
const options = { thinking: false, evidence: new Map([['a', evidence]]) }

it('Markdown: the answer with its sources, the citation that points nowhere without its number', () => {
  const page = toMarkdown(conversation, options)
  expect(page).toContain('In Lowen. [1] Or not [?].')
  expect(page).toMatch(/Sources:\n\n- \\\[1\\\] .*, p\. 3: “Mara lives in Lowen/)
  expect(page).not.toContain('unread')
  expect(page).not.toContain('](')
})

it('a web page: no picture, no link, no element of the document', () => {
  const page = toHtml(conversation, options)
  expect(page).toContain('Or not [?].')
  expect(page).toContain('leak.example')
  expect(page).not.toMatch(/<img|<a |href=/)
})

it('without evidence nothing changes', () => {
  expect(toMarkdown(conversation, { thinking: false })).toContain(text)
  expect(toMarkdown(conversation, { thinking: false })).not.toContain('Sources')
})
