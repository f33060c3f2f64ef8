// S9: any command in three keystrokes after opening: at most two letters or arrows, and Enter.
import { describe, expect, it } from 'vitest'
import { languages } from '../text/language.ts'
import { commands, namesOf } from './commands.ts'
import { ranked, scoreOf } from './ranking.ts'

const entries = commands.map((command) => ({ id: command.id, names: namesOf(command, languages.en) }))

describe('the palette', () => {
  it('reaches each of its commands in three keystrokes', () => {
    expect(entries.length).toBeGreaterThanOrEqual(40)
    const reached = new Set(entries.slice(0, 3).map(({ id }) => id)) // Down, Down, Enter
    const letters = Array.from('abcdefghijklmnopqrstuvwxyz')
    for (const first of letters) {
      const one = ranked(entries, first)
      for (const entry of one.slice(0, 2)) reached.add(entry.id) // a letter, Down, Enter
      for (const second of letters) {
        const two = ranked(entries, first + second)[0]
        if (two !== undefined) reached.add(two.id)
      }
    }
    expect(entries.map(({ id }) => id).filter((id) => !reached.has(id))).toEqual([])
  })

  it('knows no two commands of one id, and no empty name, in either language', () => {
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
    for (const text of Object.values(languages)) {
      for (const command of commands) expect(command.label(text).length).toBeGreaterThan(1)
    }
  })

  it('puts first letters before beginnings of words before letters inside, and nothing for other letters', () => {
    expect(scoreOf('New chat', 'nc')).toBeGreaterThan(scoreOf('Choose a model', 'mo'))
    expect(scoreOf('Choose a model', 'mo')).toBeGreaterThan(scoreOf('Remove', 'mo'))
    expect(scoreOf('New chat', 'xq')).toBe(0)
    const two = [
      { id: 'a', names: ['Settings'] },
      { id: 'b', names: ['Search'] },
    ]
    expect(ranked(two, 'se').map(({ id }) => id)).toEqual(['a', 'b'])
    expect(ranked(two, 'se', ['b']).map(({ id }) => id)).toEqual(['b', 'a'])
  })
})
