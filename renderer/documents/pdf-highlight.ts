// Finds a passage of the stored text among the pieces of text that a PDF page is drawn from. The two come from different
// readers, so blanks and hyphens at line ends differ, and a passage may begin or end on another page.

export interface TextItem {
  readonly str: string
}

/** A part of one item: UTF-16 units of its string. */
export interface ItemPart {
  readonly item: number
  readonly from: number
  readonly to: number
}

/** Letters that are looked for at once: long enough to stand once on a page, short enough to survive a difference. */
const SEED = 12

const LEFT_OUT = /[\s\u00AD-]/

function letters(text: string): string {
  return text.replace(/[\s\u00AD-]+/g, '').normalize('NFKC')
}

/** Parts in the order of the items; empty when nothing of the passage stands on this page. */
export function findInPage(items: readonly TextItem[], passage: string): ItemPart[] {
  const places: { item: number; at: number }[] = []
  let page = ''
  items.forEach(({ str }, item) => {
    for (let at = 0; at < str.length; at++) {
      const unit = str.charAt(at)
      if (LEFT_OUT.test(unit)) continue
      // A ligature is several letters at one place.
      const plain = unit.normalize('NFKC')
      page += plain
      for (let i = 0; i < plain.length; i++) places.push({ item, at })
    }
  })
  const wanted = letters(passage)
  const found = new Uint8Array(page.length)
  const whole = wanted === '' ? -1 : page.indexOf(wanted)
  if (whole !== -1) found.fill(1, whole, whole + wanted.length)
  else {
    // Run by run, each behind the one before: repeated words do not draw the mark elsewhere.
    let behind = 0
    for (let at = 0; at + SEED <= wanted.length;) {
      const place = page.indexOf(wanted.slice(at, at + SEED), behind)
      if (place === -1) {
        at += 1
        continue
      }
      let run = SEED
      while (at + run < wanted.length && wanted[at + run] === page[place + run]) run += 1
      found.fill(1, place, place + run)
      at += run
      behind = place + run
    }
  }
  const parts: ItemPart[] = []
  found.forEach((on, index) => {
    const place = places[index]
    if (on === 0 || place === undefined) return
    const last = parts.at(-1)
    if (last?.item === place.item) parts[parts.length - 1] = { ...last, to: place.at + 1 }
    else parts.push({ item: place.item, from: place.at, to: place.at + 1 })
  })
  return parts
}
