// One formula. KaTeX builds its elements itself (no HTML string is parsed), with everything that could reach outside
// switched off; what it can't read is shown as it was written.
import katex from 'katex'
import { useLayoutEffect, useRef } from 'react'
import type { ReactElement } from 'react'

const LARGEST_SIZE_EM = 20
const LARGEST_EXPANSION = 200
const LARGEST_FORMULA = 10_000

export function Mathematics(props: { tex: string; display: boolean; source: string }): ReactElement {
  const { tex, display, source } = props
  const place = useRef<HTMLSpanElement>(null)

  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return
    if (tex.length > LARGEST_FORMULA) {
      element.textContent = source
      return
    }
    try {
      katex.render(tex, element, {
        displayMode: display,
        throwOnError: true,
        trust: false,
        strict: 'ignore',
        maxSize: LARGEST_SIZE_EM,
        maxExpand: LARGEST_EXPANSION,
      })
    } catch {
      // kind: input. The model wrote something that is no TeX: its own words are the best that can be shown.
      element.textContent = source
    }
  }, [tex, display, source])

  // The source stands inside only until the first effect; from then on KaTeX owns it, and a change of `tex` mounts anew.
  return (
    <span ref={place} className={display ? 'formula formula-display' : 'formula'}>
      {source}
    </span>
  )
}
