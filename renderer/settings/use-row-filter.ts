// The search of the settings page inside of its sections: a row stays when its own words, its hint among them, hold every
// word that was typed. A section whose title was meant, or none of whose rows says the words, stays whole.
import { useLayoutEffect } from 'react'
import type { RefObject } from 'react'

const ROW = '.setting'

/** `words` in lower case. Runs after every render: rows come and go with what is set. */
export function useRowFilter(page: RefObject<HTMLElement | null>, words: readonly string[]): void {
  useLayoutEffect(() => {
    const says = (element: Element | null): boolean => {
      const said = element?.textContent.toLowerCase() ?? ''
      return words.every((word) => said.includes(word))
    }
    for (const section of page.current?.querySelectorAll('.settings-section') ?? []) {
      const rows = [...section.querySelectorAll<HTMLElement>(ROW)]
      const whole = says(section.querySelector('h2')) || !rows.some(says)
      for (const row of rows) row.hidden = !whole && !says(row)
    }
  })
}
