import { describe, expect, it } from 'vitest'
import { routeOf, fragmentOf } from '../state/address.ts'
import { commandOf } from './shortcuts.ts'

const press = (
  key: string,
  keys: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'isComposing', boolean>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  isComposing: false,
  ...keys,
})

describe('keys', () => {
  it('mean what the table of shortcuts says', () => {
    expect(commandOf(press('n', { ctrlKey: true }), false)).toBe('newChat')
    expect(commandOf(press('O', { ctrlKey: true, shiftKey: true }), false)).toBe('newChat')
    expect(commandOf(press('k', { metaKey: true }), true)).toBe('palette')
    expect(commandOf(press('b', { ctrlKey: true }), false)).toBe('sidebar')
    expect(commandOf(press(',', { ctrlKey: true }), false)).toBe('settings')
    expect(commandOf(press('Escape'), false)).toBe('stop')
  })

  it('leave typing, other systems and input methods alone', () => {
    expect(commandOf(press('n'), false)).toBeNull()
    expect(commandOf(press('k', { ctrlKey: true }), true)).toBeNull()
    expect(commandOf(press('k', { ctrlKey: true, altKey: true }), false)).toBeNull()
    expect(commandOf(press('Escape', { isComposing: true }), false)).toBeNull()
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
