// English words to their stems, by the algorithm of M. F. Porter, "An algorithm for suffix stripping", Program 14 (1980),
// steps 1a to 5b. It brings "leases", "leased" and "leasing" together; what is lost by it the ranking makes up for.

/** Consonant and vowel runs as "C" and "V": y counts as a vowel behind a consonant. */
function measure(stem: string): number {
  let measured = 0
  let vowelBefore = false
  for (let index = 0; index < stem.length; index++) {
    const vowel = isVowel(stem, index)
    if (vowelBefore && !vowel) measured += 1
    vowelBefore = vowel
  }
  return measured
}

function isVowel(word: string, index: number): boolean {
  const letter = word[index] ?? ''
  if ('aeiou'.includes(letter)) return true
  return letter === 'y' && index > 0 && !isVowel(word, index - 1)
}

function hasVowel(stem: string): boolean {
  for (let index = 0; index < stem.length; index++) if (isVowel(stem, index)) return true
  return false
}

function endsInDoubleConsonant(word: string): boolean {
  const last = word.length - 1
  return last > 0 && word[last] === word[last - 1] && !isVowel(word, last)
}

/** Consonant, vowel, consonant, and the last is none of w, x, y. */
function endsInShortSyllable(word: string): boolean {
  const last = word.length - 1
  return (
    last >= 2 &&
    !isVowel(word, last) &&
    isVowel(word, last - 1) &&
    !isVowel(word, last - 2) &&
    !'wxy'.includes(word[last] ?? '')
  )
}

const secondStep: readonly (readonly [string, string])[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['abli', 'able'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
]

const thirdStep: readonly (readonly [string, string])[] = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
]

const fourthStep = [
  ...['al', 'ance', 'ence', 'er', 'ic', 'able', 'ible', 'ant', 'ement', 'ment', 'ent', 'ion', 'ou', 'ism'],
  ...['ate', 'iti', 'ous', 'ive', 'ize'],
]

function replaced(word: string, table: readonly (readonly [string, string])[]): string {
  for (const [ending, instead] of table) {
    if (!word.endsWith(ending)) continue
    const stem = word.slice(0, -ending.length)
    return measure(stem) > 0 ? stem + instead : word
  }
  return word
}

/** Of a word in small letters a to z; others are given back as they are. */
export function porterStem(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word
  let stem = word
  if (stem.endsWith('sses') || stem.endsWith('ies')) stem = stem.slice(0, -2)
  else if (stem.endsWith('s') && !stem.endsWith('ss')) stem = stem.slice(0, -1)

  if (stem.endsWith('eed')) {
    if (measure(stem.slice(0, -3)) > 0) stem = stem.slice(0, -1)
  } else {
    const cut = stem.endsWith('ed') ? 2 : stem.endsWith('ing') ? 3 : 0
    if (cut > 0 && hasVowel(stem.slice(0, -cut))) {
      stem = stem.slice(0, -cut)
      if (/(?:at|bl|iz)$/.test(stem)) stem += 'e'
      else if (endsInDoubleConsonant(stem) && !/[lsz]$/.test(stem)) stem = stem.slice(0, -1)
      else if (measure(stem) === 1 && endsInShortSyllable(stem)) stem += 'e'
    }
  }
  if (stem.endsWith('y') && hasVowel(stem.slice(0, -1))) stem = `${stem.slice(0, -1)}i`

  stem = replaced(stem, secondStep)
  stem = replaced(stem, thirdStep)

  // The longest ending decides, even where it then stays.
  const ending = fourthStep.filter((one) => stem.endsWith(one)).sort((a, b) => b.length - a.length)[0]
  if (ending !== undefined) {
    const before = stem.slice(0, -ending.length)
    if (measure(before) > 1 && (ending !== 'ion' || /[st]$/.test(before))) stem = before
  }

  if (stem.endsWith('e')) {
    const before = stem.slice(0, -1)
    const measured = measure(before)
    if (measured > 1 || (measured === 1 && !endsInShortSyllable(before))) stem = before
  }
  if (measure(stem) > 1 && endsInDoubleConsonant(stem) && stem.endsWith('l')) stem = stem.slice(0, -1)
  return stem
}
