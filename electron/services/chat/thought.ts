// What a person sees of what a model says while thinking is a matter of its own. The text that comes is gathered; a thought
// is shown from its first word on, tags included; a thought without a word is never shown, only the answer behind it. Where
// the thought ends is counted here, while the tokens come: tags further on are words like any others.
import { splitThinking } from '../../contract/chat-templates.ts'
import type { ThinkTags } from '../../contract/chat-templates.ts'

export class ThoughtReader {
  readonly #tags: ThinkTags | null
  readonly #now: () => number
  #raw: string
  /** raw and shown text run in step. */
  #shown = false
  #began: number | null = null
  #ended: number | null = null
  /** Of the shown text. */
  #thoughtCharacters = 0

  /** `start`: what the model was handed as the beginning of what it says. */
  constructor(tags: ThinkTags | null, start: string, now: () => number) {
    this.#tags = tags
    this.#now = now
    this.#raw = start
  }

  /** What to show now of `text` that came. `keepBlanks`: the text is the person's own, not a turn with a form. */
  push(text: string, keepBlanks: boolean): string {
    this.#began ??= this.#now()
    if (this.#shown) {
      this.#raw += text
      if (this.#ended === null && this.#thoughtCharacters === 0) this.#look()
      return text
    }
    this.#raw += text
    if (this.#tags === null) {
      const begun = keepBlanks ? this.#raw : this.#raw.trimStart()
      if (begun === '') return ''
      this.#shown = true
      this.#ended = this.#now()
      return begun
    }
    const { thought, answer, thinking } = splitThinking(this.#raw, this.#tags)
    if (thought === '' && (thinking || answer === '')) return ''
    this.#shown = true
    if (thought === '') {
      this.#ended = this.#now()
      return answer
    }
    this.#raw = this.#raw.trimStart()
    this.#look()
    return this.#raw
  }

  /** null: no thought is shown, or it has not ended. */
  get ended(): { readonly characters: number; readonly seconds: number } | null {
    if (this.#thoughtCharacters === 0 || this.#ended === null || this.#began === null) return null
    return { characters: this.#thoughtCharacters, seconds: (this.#ended - this.#began) / 1000 }
  }

  /** A thought, also an empty one that was handed over or that has not ended, stands in the state. */
  get begun(): boolean {
    return this.#tags !== null && this.#raw.trimStart().startsWith(this.#tags.open)
  }

  /** What follows the thought; null while it is still being thought. */
  get answer(): string | null {
    const parts = splitThinking(this.#raw, this.#tags)
    return parts.thinking ? null : parts.answer
  }

  #look(): void {
    if (this.#tags === null || !this.#raw.startsWith(this.#tags.open)) {
      this.#ended = this.#now()
      return
    }
    const end = this.#raw.indexOf(this.#tags.close, this.#tags.open.length)
    if (end < 0) return
    this.#thoughtCharacters = end + this.#tags.close.length
    this.#ended = this.#now()
  }
}
