// From a question to the text that the model reads. A blank line ends a turn and a line that begins with a role begins
// one, so neither may come out of what a person pasted.
import { createHash } from 'node:crypto'
import type { ChatTemplate, ThinkingForm } from './chat-templates.ts'

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

/** A person's words as they may stand in this form. */
function cleanFor(template: ChatTemplate, text: string): string {
  let cleaned = template.clean === 'turns' ? cleanText(text, template.roles) : cleanEnd(text)
  for (const [mark, instead] of Object.entries(template.replace)) cleaned = cleaned.replaceAll(mark, instead)
  return cleaned
}

/** Plain continuation: the text is the person's own, but models have never seen one that ends in blanks. */
function cleanEnd(text: string): string {
  return text.replaceAll('\0', '').replaceAll(/\r\n?/g, '\n').trimEnd()
}

function fill(form: string, text: string): string {
  const [before = '', after = ''] = form.split('{text}')
  return before + text + after
}

/** `thinking` null: the form of a turn of the past, whose answer follows without what it thought. */
function turnOf(template: ChatTemplate, question: string, thinking: ThinkingForm | null): string {
  const words = cleanFor(template, question) + (thinking?.questionEnd ?? '')
  return fill(template.turn, words) + (thinking?.answerStart ?? '')
}

export function firstTurn(
  template: ChatTemplate,
  systemPrompt: string,
  question: string,
  thinking: ThinkingForm | null = null,
): string {
  const system = cleanFor(template, systemPrompt)
  const turn = turnOf(template, question, thinking)
  return system === '' ? turn : fill(template.system, system) + turn
}

/** `tail`: what the state holds beyond the words of the last answer. */
export function laterTurn(
  template: ChatTemplate,
  tail: string,
  question: string,
  thinking: ThinkingForm | null = null,
): string {
  return separatorAfter(template, tail) + turnOf(template, question, thinking)
}

/** The model may have written the beginning of the separator itself: then only the rest of it is due. */
export function separatorAfter(template: ChatTemplate, tail: string): string {
  return template.separator.startsWith(tail) ? template.separator.slice(tail.length) : template.separator
}

/**
 * An answer as text again: for a model that reads other tokens than those it was written in, and for an answer whose
 * thought is not to be remembered (behind a turn that was put without `thinking`).
 */
export function writtenAnswer(template: ChatTemplate, text: string): string {
  return template.answerLead + cleanFor(template, text)
}

/**
 * Names everything that a state stands on before its first turn: the system prompt, and the tuned initial state
 * (TunedStateDescription.fingerprint). '' without either. States of different names are never taken for one another.
 */
export function systemPromptHash(systemPrompt: string, tunedState: string | null = null): string {
  const cleaned = cleanText(systemPrompt, [])
  if (tunedState === null && cleaned === '') return ''
  const hash = createHash('sha256')
  if (tunedState !== null) hash.update(`tuned state ${tunedState}\0`)
  return hash.update(cleaned).digest('hex')
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
