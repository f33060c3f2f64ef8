// A conversation as a page to read: the path that is shown, as Markdown or as a web page of its own. Other versions of a
// message are in the JSON only.
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import type { Conversation, Message } from '../../contract/entities.ts'
import type { Evidence } from '../../contract/evidence.ts'
import { sourceList, withoutDangling } from './answer-sources.ts'
import { splitThinking } from './thinking.ts'

export interface ReadableOptions {
  readonly thinking: boolean
  /** Of answers that rest on documents, by their id. */
  readonly evidence?: ReadonlyMap<string, Evidence>
}

/** The messages that are shown, from the first to the last. */
export function shownPath(conversation: Conversation): Message[] {
  const byId = new Map(conversation.messages.map((message) => [message.id, message]))
  const path: Message[] = []
  let at = conversation.activeLeaf === null ? undefined : byId.get(conversation.activeLeaf)
  while (at !== undefined && path.length <= conversation.messages.length) {
    path.push(at)
    at = at.parent === null ? undefined : byId.get(at.parent)
  }
  return path.reverse()
}

function titleOf(conversation: Conversation): string {
  return conversation.title.replaceAll(/\s+/gu, ' ').trim() || 'Chat'
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

function who(message: Message): string {
  if (message.role === 'user') return 'You'
  return message.model === null ? 'Assistant' : `Assistant (${message.model.replaceAll(/\s+/gu, ' ')})`
}

/** The words of a person stand as they were written; headings of ours cannot be mistaken for theirs. */
export function toMarkdown(conversation: Conversation, options: ReadableOptions): string {
  const parts = [`# ${titleOf(conversation)}\n`, `*${day(conversation.createdAt)}*\n`]
  if (conversation.systemPrompt !== '')
    parts.push(`**System prompt**\n\n${quoted(conversation.systemPrompt)}\n`)
  for (const message of shownPath(conversation)) {
    const { thinking, answer } =
      message.role === 'user' ? { thinking: null, answer: message.text } : wordsOf(message, options)
    parts.push(`---\n\n**${who(message)}**\n`)
    if (options.thinking && thinking !== null) parts.push(`${quoted(thinking)}\n`)
    parts.push(`${answer.trimEnd()}\n`)
    const sources = sourceList(options.evidence?.get(message.id))
    if (sources !== '') parts.push(sources)
  }
  return parts.join('\n')
}

function wordsOf(message: Message, { evidence }: ReadableOptions): ReturnType<typeof splitThinking> {
  return splitThinking(withoutDangling(message.text, evidence?.get(message.id)))
}

function quoted(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n')
}

const style = `
:root { color-scheme: light dark; --ink: light-dark(#211f1c, #ece8e1); --soft: light-dark(#57534b, #bab4a9);
  --paper: light-dark(#fdfcfa, #1b1a18); --line: light-dark(#e6e2da, #34312d); --tint: light-dark(#f0ede6, #2b2825);
  --accent: light-dark(#0d675e, #63c7b8); }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 46rem; background: var(--paper); color: var(--ink);
  font: 16px/1.6 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "PingFang SC",
  "Microsoft YaHei", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.3; } h1, h2, h3 { text-wrap: balance; }
.when, .who { color: var(--soft); font-size: .875rem; } .who { margin: 0 0 .25rem; font-weight: 600; }
article { margin: 1.5rem 0; } .you { padding: .75rem 1rem; border-radius: .75rem; background: var(--tint); }
.plain { white-space: pre-wrap; }
details, blockquote { margin: .5rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
pre { padding: .75rem 1rem; overflow-x: auto; border-radius: .5rem; background: var(--tint); line-height: 1.45; }
code { font: .9em ui-monospace, "Cascadia Code", Consolas, monospace; }
table { display: block; overflow-x: auto; border-collapse: collapse; }
th, td { padding: .3rem .7rem; border: 1px solid var(--line); text-align: left; }
a { color: var(--accent); } nav a { display: block; padding: .15rem 0; } hr { border: 0; border-top: 1px solid var(--line); }
`

/** Loads and runs nothing, whatever the words in it are: the policy stands above the first of them. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"

export function pageHead(title: string): string {
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
`
}

export const pageEnd = '</body>\n</html>\n'

/** A list of what follows, where several chats are on one page. */
export function pageContents(conversations: readonly { id: string; title: string }[]): string {
  const links = conversations.map(({ id, title }) => `<a href="#${id}">${escapeHtml(title || 'Chat')}</a>`)
  return `<nav>${links.join('\n')}</nav>\n<hr>\n`
}

export function toHtml(conversation: Conversation, options: ReadableOptions): string {
  const parts = [
    `<section id="${conversation.id}">\n<h1>${escapeHtml(titleOf(conversation))}</h1>`,
    `<p class="when">${day(conversation.createdAt)}</p>`,
  ]
  if (conversation.systemPrompt !== '') {
    parts.push(`<blockquote>${paragraph(conversation.systemPrompt)}</blockquote>`)
  }
  for (const message of shownPath(conversation)) {
    const person = message.role === 'user'
    const { thinking, answer } = person ? { thinking: null, answer: message.text } : wordsOf(message, options)
    parts.push(
      `<article class="${person ? 'you' : 'assistant'}">\n<p class="who">${escapeHtml(who(message))}</p>`,
    )
    if (options.thinking && thinking !== null) {
      parts.push(`<details><summary>Thinking</summary>${paragraph(thinking)}</details>`)
    }
    const sources = sourceList(options.evidence?.get(message.id))
    parts.push(person ? paragraph(answer) : markdownToHtml(answer))
    if (sources !== '') parts.push(markdownToHtml(sources))
    parts.push('</article>')
  }
  parts.push('</section>\n')
  return parts.join('\n')
}

function paragraph(text: string): string {
  return `<p class="plain">${escapeHtml(text)}</p>`
}

/** Above this an answer is shown as it was written: the parser's time grows faster than the text. */
const mostParsed = 200_000

/** Raw HTML in an answer is shown as text; a picture becomes a link, because nothing is loaded. */
export function markdownToHtml(text: string): string {
  if (text.length > mostParsed) return `<pre>${escapeHtml(text)}</pre>`
  return micromark(text, {
    extensions: [gfm(), { disable: { null: ['labelStartImage'] } }],
    htmlExtensions: [gfmHtml()],
  })
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
