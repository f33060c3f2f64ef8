// How documents are put before a model: numbered passages in a question, a whole document as a turn of its own. All numbers
// come from here. What stands in a document is only ever text of a line: it begins no turn, takes no number and closes
// nothing, whatever it says. (That a model may still believe it cannot be helped by any form; nothing that a model writes
// is fetched or done.)
import { createHash } from 'node:crypto'
import type { ActiveModel } from '../chat/active-model.ts'
import type { ChatTemplate } from '../chat/chat-templates.ts'
import { firstTurn, writtenAnswer } from '../chat/prompt.ts'

export type Language = 'en' | 'zh'

export interface NumberedPassage {
  readonly number: number
  readonly text: string
}

/** Chinese where a good part of the letters is. */
export function languageOf(text: string): Language {
  const wide = text.match(/\p{Script=Han}/gu)?.length ?? 0
  const narrow = text.match(/[A-Za-z]+/g)?.length ?? 0
  return wide > 0 && wide >= narrow ? 'zh' : 'en'
}

const words = {
  en: {
    question: 'Question: ',
    refusal: 'Not in the documents.',
    only:
      'Answer from these passages alone and put the number of the passage in brackets behind each statement. ' +
      'If they do not say it, answer: Not in the documents.',
    freely: 'Put the number of the passage in brackets behind each statement that rests on one.',
    read: 'I have read it.',
    says: (sentence: string) => `The document says: “${sentence}”`,
    remembered: (name: string, note: string) => `What was read in ${name}: ${note}`,
    unrelated:
      'The chairs were put back in a row after the concert. Somebody had left a grey scarf on the third one.',
  },
  zh: {
    question: '问题：',
    refusal: '文档中没有提到。',
    only: '只根据以上段落回答，并在每句话后面用方括号注明段落编号。如果段落里没有，请回答：文档中没有提到。',
    freely: '凡是根据段落的话，在后面用方括号注明段落编号。',
    read: '我读完了。',
    says: (sentence: string) => `文档中写道：“${sentence}”`,
    remembered: (name: string, note: string) => `读过《${name}》后记得：${note}`,
    unrelated: '音乐会以后，椅子又排成了一行。有人把一条灰色的围巾忘在了第三把椅子上。',
  },
} as const

export function refusalIn(language: Language): string {
  return words[language].refusal
}

/** Controls and formatting characters: direction marks, zero widths, tags. */
const invisible = /[[\p{Cc}\p{Cf}]--[\t\n]]/gv

/** An answer that is a sentence of a document. The number of its passage follows. */
export function quotation(language: Language, sentence: string): string {
  return words[language].says(sentence)
}

/** A passage that answers nothing: what a model says behind it is what it says without help. */
export function unrelatedPassage(language: Language): string {
  return words[language].unrelated
}

/**
 * One line. Characters that nobody sees go, lines and tabs become blanks, and brackets around numbers become round ones:
 * "[2]" within a passage would look like the beginning of another.
 */
export function foldPassage(text: string): string {
  return text
    .replaceAll(/[\s\u0085\u2028\u2029]+/g, ' ')
    .replaceAll(invisible, '')
    .replaceAll(/[[【［〔]\s*([\d０-９]{1,6})\s*[\]】］〕]/g, '($1)')
    .trim()
}

/** Small models that were trained on nothing but the bare form get nothing but that. */
function isBare(template: Pick<ChatTemplate, 'id'>): boolean {
  return template.id === 'starter'
}

/** The bare ones answer questions and do nothing else that they are told. */
export function followsInstructions(template: Pick<ChatTemplate, 'id'>): boolean {
  return !isBare(template)
}

/** What stands in the place of the question: it comes first and last, for a model that keeps what it looks for in mind. */
export function questionWithPassages(
  template: Pick<ChatTemplate, 'id'>,
  question: string,
  passages: readonly NumberedPassage[],
  strict: boolean,
  notes: readonly { readonly documentName: string; readonly text: string }[] = [],
): string {
  const language = languageOf(question)
  const say = words[language]
  const asked = say.question + foldPassage(question)
  const lines = passages.map(({ number, text }) => `[${number}] ${foldPassage(text)}`)
  // What was remembered has no number: it cannot be cited.
  const remembered = isBare(template)
    ? []
    : notes.map(({ documentName, text }) => say.remembered(foldPassage(documentName), foldPassage(text)))
  const rule = isBare(template) || lines.length === 0 ? [] : [strict ? say.only : say.freely]
  return [asked, ...remembered, ...lines, ...rule, asked].join('\n')
}

/** A document as a turn that was spoken before anything else, up to where the next one begins. */
export function documentTurn(template: ChatTemplate, text: string): string {
  const say = words[languageOf(text.slice(0, 2000))]
  return (
    firstTurn(template, '', text.replaceAll(invisible, '')) +
    writtenAnswer(template, say.read) +
    template.separator
  )
}

/** Names a text together with the form it is read in: a state behind anything else is not continued. */
export function documentKey(template: Pick<ChatTemplate, 'id'>, text: string): string {
  const form = 1
  return `${template.id} document ${createHash('sha256').update(`${form}\0${text}`).digest('hex')}`
}

/** How much of what was found is put before this model at once. */
export interface PassageRoom {
  readonly passages: number
  /** Of each. */
  readonly characters: number
}

export function roomFor({ loaded }: Pick<ActiveModel, 'loaded'>, language: Language): PassageRoom {
  const { parameters } = loaded.description
  const wide = language === 'zh' ? 0.5 : 1
  if (parameters < 50e6) return { passages: 2, characters: 420 * wide }
  if (parameters < 1e9) return { passages: 4, characters: 900 * wide }
  return { passages: 8, characters: 1600 * wide }
}

const refusals = [
  /\bnot in the (?:documents?|passages?|texts?)\b/i,
  /\b(?:passages?|documents?|texts?) (?:does|do|did) not (?:say|mention|state|contain|tell|give|provide)\b/i,
  /\b(?:isn't|is not|aren't|are not|wasn't|was not) (?:mentioned|stated|given|said|included|in the)\b/i,
  /\bno (?:information|mention)\b/i,
  /(?:文中|文档|段落|资料|原文|材料)(?:里|中|内)?(?:并)?(?:没有|未)(?:提到|提及|说|写|给出|说明)/,
  /没有(?:相关信息|提到|提及)|未提及/,
]

/** Whether an answer says that the documents do not say it. */
export function isRefusal(answer: string): boolean {
  return refusals.some((form) => form.test(answer))
}

/** How a model of this form begins to refuse: how likely that is tells how little it finds. */
export function refusalStart(template: Pick<ChatTemplate, 'id'>, language: Language): string {
  if (isBare(template)) return language === 'zh' ? ' 抱歉' : ' I am sorry'
  return (language === 'zh' ? '' : ' ') + words[language].refusal
}
