// From a question to the text that the model reads. A blank line ends a turn and a line that begins with a role begins
// one, so neither may come out of what a person pasted.
import { createHash } from 'node:crypto'
import type { ChatTemplate } from './chat-templates.ts'

/**
 * Line ends become \n, blanks at line ends go, blank lines go, the text is trimmed; NUL goes. A line that begins like a
 * turn ("User:") is joined to the line before it. Linear in the length of the text.
 */
export function cleanText(text: string, roles: readonly string[]): string {
  const lines = text
    .replaceAll('\0', '')
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
  let cleaned = ''
  for (const line of lines) {
    const separator = cleaned === '' ? '' : beginsLikeTurn(line, roles) ? ' ' : '\n'
    cleaned += separator + (separator === ' ' ? line.trimStart() : line)
  }
  return cleaned.trim()
}

/** Also with a full-width colon, with blanks before it, in other letter case. */
function beginsLikeTurn(line: string, roles: readonly string[]): boolean {
  const start = line.slice(0, 200).trimStart()
  return roles.some((role) => {
    if (start.slice(0, role.length).toLowerCase() !== role.toLowerCase()) return false
    return /^\s*[:：]/.test(start.slice(role.length))
  })
}

function fill(form: string, text: string): string {
  const [before = '', after = ''] = form.split('{text}')
  return before + text + after
}

export function firstTurn(template: ChatTemplate, systemPrompt: string, question: string): string {
  const system = cleanText(systemPrompt, template.roles)
  const turn = fill(template.turn, cleanText(question, template.roles))
  return system === '' ? turn : fill(template.system, system) + turn
}

/** `tail`: what the state holds beyond the words of the last answer. */
export function laterTurn(template: ChatTemplate, tail: string, question: string): string {
  return separatorAfter(template, tail) + fill(template.turn, cleanText(question, template.roles))
}

/** The model may have written the beginning of the separator itself: then only the rest of it is due. */
export function separatorAfter(template: ChatTemplate, tail: string): string {
  return template.separator.startsWith(tail) ? template.separator.slice(tail.length) : template.separator
}

/** An answer as text again, for a model that reads other tokens than those it was written in. */
export function writtenAnswer(template: ChatTemplate, text: string): string {
  return template.answerLead + cleanText(text, template.roles)
}

/** Names the system prompt of a state; '' without one. */
export function systemPromptHash(systemPrompt: string): string {
  const cleaned = cleanText(systemPrompt, [])
  return cleaned === '' ? '' : createHash('sha256').update(cleaned).digest('hex')
}

const titleCharacters = 60

/** The beginning of the first question, cut between words where there are any. */
export function titleFrom(question: string): string {
  const line = question.replaceAll(/\s+/g, ' ').trim()
  const characters = Array.from(line)
  if (characters.length <= titleCharacters) return line
  const cut = characters.slice(0, titleCharacters - 1).join('')
  const blank = cut.lastIndexOf(' ')
  return `${(blank > cut.length / 2 ? cut.slice(0, blank) : cut).trimEnd()}…`
}
