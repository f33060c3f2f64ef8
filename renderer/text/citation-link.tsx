// A citation in an answer: a link named by its number where a passage stands behind it, otherwise a mark that says what
// was taken out.
import { Popover } from 'radix-ui'
import type { MouseEvent, ReactElement } from 'react'
import type { CitationMark } from './citation-marks.ts'
import { useLanguage } from './language.ts'

export function CitationLinks(props: { mark: CitationMark; open: (number: number) => void }): ReactElement {
  return (
    <>
      {props.mark.citations.map(({ number, state }, index) =>
        state === 'verified' ? (
          <sup key={index} className="citation">
            <a href={`#source-${number}`} onClick={opening(number)} onAuxClick={opening(number)}>
              {number}
            </a>
          </sup>
        ) : (
          <Dropped key={index} number={number} />
        ),
      )}
    </>
  )

  /** The address is only there to make it a link: nothing may navigate. */
  function opening(number: number): (event: MouseEvent) => void {
    return (event) => {
      event.preventDefault()
      if (event.type === 'click') props.open(number)
    }
  }
}

function Dropped({ number }: { number: number }): ReactElement {
  const { text, format } = useLanguage()
  const shown = format.count(number)
  return (
    <sup className="citation">
      <Popover.Root>
        <Popover.Trigger asChild>
          <button type="button" className="citation-dropped" aria-label={text.droppedCitation(shown)}>
            ?
          </button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            className="popover citation-note"
            sideOffset={6}
            collisionPadding={12}
            aria-label={text.droppedCitation(shown)}
          >
            {text.droppedCitationHint(shown)}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </sup>
  )
}
