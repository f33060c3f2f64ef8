import { describe, expect, it } from 'vitest'
import { routeOf, fragmentOf } from '../state/address.ts'
import {
  boundCommands,
  combinationOf,
  commandOf,
  conflictOf,
  isFree,
  shownKeys,
  usualKeys,
} from './shortcuts.ts'

const press = (
  key: string,
  keys: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'isComposing', boolean>> = {},
  code?: string,
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  isComposing: false,
  ...(code === undefined ? {} : { code }),
  ...keys,
})

describe('keys', () => {
  it('mean what the table of shortcuts says', () => {
    expect(commandOf(press('n', { ctrlKey: true }), {}, false)).toBe('newChat')
    expect(commandOf(press('O', { ctrlKey: true, shiftKey: true }), {}, false)).toBe('newChat')
    expect(commandOf(press('k', { metaKey: true }), {}, true)).toBe('palette')
    expect(commandOf(press('b', { ctrlKey: true }), {}, false)).toBe('sidebar')
    expect(commandOf(press(',', { ctrlKey: true }), {}, false)).toBe('settings')
    expect(commandOf(press('Escape'), {}, false)).toBe('stop')
    expect(commandOf(press('ArrowDown', { altKey: true }), {}, false)).toBe('nextChat')
  })

  it('leave typing, other systems and input methods alone', () => {
    expect(commandOf(press('n'), {}, false)).toBeNull()
    expect(commandOf(press('k', { ctrlKey: true }), {}, true)).toBeNull()
    expect(commandOf(press('k', { ctrlKey: true, altKey: true }), {}, false)).toBeNull()
    expect(commandOf(press('Escape', { isComposing: true }), {}, false)).toBeNull()
    expect(combinationOf(press('Control', { ctrlKey: true }), false)).toBeNull()
  })

  it('are a person’s own where they chose them, also none, and the old ones are free then', () => {
    const own = { newChat: 'Alt+C', sidebar: null }
    expect(commandOf(press('ç', { altKey: true }, 'KeyC'), own, true)).toBe('newChat')
    expect(commandOf(press('n', { ctrlKey: true }), own, false)).toBeNull()
    expect(commandOf(press('b', { ctrlKey: true }), own, false)).toBeNull()
    expect(conflictOf('palette', 'Alt+C', own)).toBe('newChat')
    expect(conflictOf('palette', 'Mod+B', own)).toBeNull()
  })

  it('that type or belong to the system cannot be taken; the usual ones clash with none', () => {
    for (const keys of ['A', 'Shift+A', 'Enter', 'Mod+C', 'Mod+V', 'Mod+W', 'Alt+F4', 'F5', 'Mod+Enter']) {
      expect([keys, isFree(keys)]).toEqual([keys, false])
    }
    const all = boundCommands.flatMap((command) => [...usualKeys[command]])
    expect(new Set(all).size).toBe(all.length)
    for (const keys of all) expect([keys, isFree(keys)]).toEqual([keys, true])
  })

  it('are shown as the system writes them', () => {
    expect(shownKeys('Mod+Shift+O', false)).toBe('Ctrl+Shift+O')
    expect(shownKeys('Mod+Shift+O', true)).toBe('⇧⌘O')
    expect(shownKeys('Alt+ArrowDown', false)).toBe('Alt+↓')
  })
})

describe('addresses', () => {
  const id = '6f1d1c1e-9d2b-4b6e-8f53-0c2f3a4b5c6d'
  it('lead there and back', () => {
    expect(routeOf(fragmentOf('chat', id))).toEqual({ page: 'chat', conversation: id })
    expect(routeOf(fragmentOf('settings'))).toEqual({ page: 'settings', conversation: null })
  })
  it('lead to a new chat when they lead nowhere', () => {
    expect(routeOf('#/chat/../../etc')).toEqual({ page: 'chat', conversation: null })
    expect(routeOf('')).toEqual({ page: 'chat', conversation: null })
  })
})
