// Which language the window speaks, and the table of words and the formats that go with it.
import { createContext, useContext } from 'react'
import { en } from './en.ts'
import type { Text } from './en.ts'
import { createFormat } from './format.ts'
import type { Format } from './format.ts'
import { zh } from './zh.ts'
import { isErrorCode } from '../../electron/contract/errors.ts'
import type { ErrorDetail } from '../../electron/contract/errors.ts'
import type { ErrorWords } from './en.ts'

export const languages = { en, zh } as const satisfies Record<string, Text>
export type LanguageTag = keyof typeof languages

export interface Language {
  readonly tag: LanguageTag
  readonly text: Text
  readonly format: Format
}

/** `preference` is the setting, `locale` what the system says ("zh-CN", "en-US" ...). */
export function chooseLanguage(preference: 'system' | LanguageTag, locale: string): Language {
  const tag: LanguageTag =
    preference === 'system' ? (locale.toLowerCase().startsWith('zh') ? 'zh' : 'en') : preference
  // Figures follow the system's region where it speaks the same language: "1.204" for en-DE would surprise nobody.
  const figures = locale.toLowerCase().startsWith(tag) ? locale : tag === 'zh' ? 'zh-CN' : 'en-US'
  return { tag, text: languages[tag], format: createFormat(figures) }
}

const LanguageContext = createContext<Language>(chooseLanguage('en', 'en-US'))
export const LanguageProvider = LanguageContext.Provider

export function useLanguage(): Language {
  return useContext(LanguageContext)
}

/** The words for an error; a code that this version does not know is told as our own fault, with the code. */
export function errorWords(language: Language, code: string, detail: ErrorDetail = {}): ErrorWords {
  const sentence = isErrorCode(code) ? language.text.errors[code] : language.text.errors.internal
  return sentence(detail, language.format)
}

/** What was left out while a document was read; null: a remark that this version does not know. */
export function remarkWords(language: Language, code: string, detail: ErrorDetail = {}): string | null {
  const remarks = language.text.documentRemarks
  const known = Object.hasOwn(remarks, code) ? remarks[code] : undefined
  return known?.(detail, language.format) ?? null
}

export function noticeWords(language: Language, code: string, detail: ErrorDetail): ErrorWords {
  const known = Object.hasOwn(language.text.notices, code) ? language.text.notices[code] : undefined
  return known ? known(detail, language.format) : errorWords(language, code, detail)
}
