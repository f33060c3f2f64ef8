// A question as it was written: plain text. A long one is folded, so that a pasted book does not hide the answer.
import { useState } from 'react'
import type { ReactElement } from 'react'
import { useLanguage } from '../text/language.ts'

const FOLDED_CHARACTERS = 2400
const FOLDED_LINES = 24

export function isLong(text: string): boolean {
  if (text.length > FOLDED_CHARACTERS) return true
  let lines = 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1
  return lines > FOLDED_LINES
}

export function QuestionText({ text: words }: { text: string }): ReactElement {
  const { text } = useLanguage()
  const [unfolded, setUnfolded] = useState(false)
  if (!isLong(words)) return <div className="question-text">{words}</div>
  return (
    <div className="question-text">
      {/* What can't be seen is not laid out either: a paste may have a million characters. */}
      {unfolded ? words : <div className="question-folded">{words.slice(0, FOLDED_CHARACTERS)}</div>}
      <div className="question-more">
        <button
          type="button"
          className="link-button"
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
        >
          {unfolded ? text.showLess : text.showAll}
        </button>
      </div>
    </div>
  )
}
