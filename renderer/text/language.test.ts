import { describe, expect, it } from 'vitest'
import { errorKinds } from '../../electron/contract/errors.ts'
import { en } from './en.ts'
import { chooseLanguage, errorWords, noticeWords } from './language.ts'
import { finishedLength } from './sentences.ts'
import { zh } from './zh.ts'

const english = chooseLanguage('en', 'en-US')
const chinese = chooseLanguage('zh', 'zh-CN')

describe('the words of the window', () => {
  it('tells every error in both languages, in sentences and without a hole', () => {
    for (const code of Object.keys(errorKinds)) {
      for (const language of [english, chinese]) {
        for (const detail of [
          {},
          { reason: 'it ends early', file: 'a.pth', neededBytes: 5_000_000, limit: 10 },
        ]) {
          const words = errorWords(language, code, detail)
          expect(words.title, code).not.toBe('')
          expect(words.body, code).toMatch(/[.。）]$/)
          expect(`${words.title} ${words.body}`, code).not.toMatch(/undefined|null|NaN|\[object|\s{2}/)
        }
      }
    }
  })

  it('says the reason of the layer that knows best as a sentence', () => {
    expect(errorWords(english, 'model_truncated', { reason: 'the file ends at byte 7' }).body).toContain(
      ' The file ends at byte 7.',
    )
  })

  it('has a word for codes of a later version', () => {
    expect(errorWords(english, 'from_the_future').title).toBe(en.errors.internal({}, english.format).title)
    expect(noticeWords(english, 'from_the_future', {}).title).not.toBe('')
    expect(noticeWords(english, 'constructor', {}).title).not.toBe('')
  })

  it('has the same keys and the same kinds of entries in both languages', () => {
    const shape = (table: Record<string, unknown>): string[] =>
      Object.entries(table).map(([key, value]) => `${key}: ${typeof value}`)
    expect(shape(zh)).toEqual(shape(en))
    expect(Object.keys(zh.notices)).toEqual(Object.keys(en.notices))
    expect(zh.suggestionList).toHaveLength(en.suggestionList.length)
  })

  it('writes the line of proof as promised', () => {
    const { format, text } = english
    expect(text.proof(format.count(1204), format.count(0), format.rate(31.4))).toBe(
      'resumed 1,204 tokens, 0 re-read, 31 tokens/s',
    )
    expect(format.rate(4.26)).toBe('4.3')
  })

  it('follows the system unless told otherwise', () => {
    expect(chooseLanguage('system', 'zh-TW').tag).toBe('zh')
    expect(chooseLanguage('system', 'de-DE').tag).toBe('en')
    expect(chooseLanguage('system', 'de-DE').format.count(1204)).toBe('1,204')
    expect(chooseLanguage('en', 'zh-CN').tag).toBe('en')
  })

  it('names sizes as people do', () => {
    const { format } = english
    expect(format.bytes(382_034_560)).toBe('382 MB')
    expect(format.bytes(6_810_112)).toBe('6.8 MB')
    expect(format.bytes(999)).toBe('999 B')
    expect(format.parameters(450_767_872)).toBe('0.45B')
    expect(format.parameters(1_527_404_544)).toBe('1.5B')
    expect(format.parameters(3_200_000)).toBe('3.2M')
  })

  it('reads out finished sentences only', () => {
    expect(finishedLength('One. Two is')).toBe('One.'.length)
    expect(finishedLength('第一句。第二')).toBe('第一句。'.length)
    expect(finishedLength('3.14 is')).toBe(0)
  })
})
