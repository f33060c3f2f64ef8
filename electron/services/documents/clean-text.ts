// Text as it is stored: line ends of one kind, nothing that is invisible. What cannot be seen would still reach the model:
// hidden characters are a way to hide words from the person.

/** Controls but tab and line end; soft hyphen; zero width, direction, invisible operators, tags, noncharacters. */
const hidden =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu
/** Joiners belong to Arabic, Indic scripts and composed emoji; anywhere else they hide. */
const joiners =
  /(?<![\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Sinhala}\p{Script=Malayalam}\p{Extended_Pictographic}\ufe0f])[\u200c\u200d]/gu
const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

export interface CleanText {
  readonly text: string
  /** Hidden characters that were left out. */
  readonly dropped: number
}

export function cleanText(text: string): CleanText {
  let dropped = 0
  const drop = (): string => {
    dropped += 1
    return ''
  }
  const clean = text
    .replaceAll(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replaceAll(/[\f\v]/g, '\n')
    .replaceAll(loneSurrogates, '\ufffd')
    .replaceAll(hidden, drop)
    .replaceAll(joiners, drop)
    .replaceAll(/[\u00a0\u2007\u202f]/g, ' ')
    .split('\n')
    .map((line) => line.trimEnd()) // a pattern for this would not be linear
    .join('\n')
  return { text: clean, dropped }
}
