// Whether an input method is composing in a text box: its Enter chooses a word and must send nothing.
import { useMemo, useRef } from 'react'
import type { KeyboardEvent } from 'react'

export interface Composition {
  readonly handlers: { readonly onCompositionStart: () => void; readonly onCompositionEnd: () => void }
  isComposing(event: KeyboardEvent): boolean
}

export function useComposition(): Composition {
  const composing = useRef(false)
  return useMemo(
    () => ({
      handlers: {
        onCompositionStart: () => {
          composing.current = true
        },
        onCompositionEnd: () => {
          // One browser reports the Enter that ends a composition after the end: it belongs to it all the same.
          setTimeout(() => {
            composing.current = false
          }, 0)
        },
      },
      isComposing: (event) => event.nativeEvent.isComposing || composing.current,
    }),
    [],
  )
}
