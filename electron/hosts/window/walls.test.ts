// What keeps the window on its page: addresses, links, permissions, requests, the menu, the kept place.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MenuItemConstructorOptions, Session } from 'electron'
import { describe, expect, it } from 'vitest'
import { Session as SessionDouble } from '../../../tests/electron-double/session.ts'
import { menuTemplate } from './menu.ts'
import { guardSession } from './navigation-guard.ts'
import { checkLink } from './open-link.ts'
import { parseWindowAddress } from './window-scheme.ts'
import { readWindowPlace } from './window-state.ts'

describe('an address of the window', () => {
  it.each([
    ['roost://app/', '/'],
    ['roost://app/assets/main-1a2b.js', '/assets/main-1a2b.js'],
    ['roost://app/#/chat/1', '/'],
  ])('is %s with the path %s', (address, path) => {
    expect(parseWindowAddress(address)).toBe(path)
  })

  it.each([
    'roost://other/',
    'roost://app:1/',
    'https://app/',
    'roost:app',
    'file:///',
    'roost://x@app/',
    '',
    'x',
  ])('is not "%s"', (address) => {
    expect(parseWindowAddress(address)).toBeNull()
  })
})

describe('a link', () => {
  it('is opened as it is shown: with the ASCII form of its host', () => {
    expect(checkLink('https://example.org/a?b#c')).toBe('https://example.org/a?b#c')
    expect(checkLink('mailto:someone@example.org')).toBe('mailto:someone@example.org')
    // Cyrillic а looks like Latin a; the label is what Punycode (RFC 3492) makes of it.
    expect(checkLink('https://аpple.com/')).toBe('https://xn--pple-43d.com/')
  })

  it.each([
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'file:///etc/passwd',
    'smb://host/share',
    'data:text/html,x',
    'vbscript:x',
    'roost://app/',
    'ms-settings:',
    'https://example.org@evil.example/',
    'not an address',
    '',
    `https://example.org/${'x'.repeat(3000)}`,
  ])('is refused: %s', (address) => {
    expect(checkLink(address)).toBeNull()
  })
})

describe('the session', () => {
  const guarded = (developerTools: boolean): SessionDouble => {
    const session = new SessionDouble()
    guardSession(session as unknown as Session, { developerTools })
    return session
  }

  it('lets the page write to the clipboard, and grants nothing else to anyone', () => {
    const session = guarded(false)
    const permissions = [
      'clipboard-sanitized-write',
      'clipboard-read',
      'media',
      'geolocation',
      'notifications',
      'hid',
      'usb',
    ]
    const granted = permissions.filter((name) => session.permissionCheck?.(null, name, 'roost://app'))
    expect(granted).toEqual(['clipboard-sanitized-write'])
    expect(session.permissionCheck?.(null, 'clipboard-sanitized-write', 'https://example.org')).toBe(false)
    expect([session.permissionRequestsGuarded, session.devicesGuarded, session.spellChecker]).toEqual([
      true,
      true,
      false,
    ])
  })

  it.each([
    ['roost://app/assets/x.js', false, false],
    ['blob:roost://app/1', false, false],
    ['https://example.org/', true, true],
    ['http://127.0.0.1/', true, true],
    ['file:///etc/passwd', true, true],
    ['roost://other/', true, true],
    ['devtools://devtools/x.js', true, false],
    ['blob:https://example.org/1', true, true],
  ])('cancels the request for %s: %s in a release, %s in development', (url, release, development) => {
    const cancelled = (session: SessionDouble): boolean => {
      let result = false
      session.filter?.({ url, method: 'GET' }, ({ cancel }) => (result = cancel === true))
      return result
    }
    expect([cancelled(guarded(false)), cancelled(guarded(true))]).toEqual([release, development])
  })
})

describe('the menu', () => {
  const roles = (items: MenuItemConstructorOptions[]): string[] =>
    items.flatMap((item) => [String(item.role), ...(Array.isArray(item.submenu) ? roles(item.submenu) : [])])

  it('has no developer tools and no reload in a release', () => {
    const release = roles(menuTemplate({ platform: 'linux', developerTools: false }))
    expect(release).toEqual(expect.arrayContaining(['editMenu', 'windowMenu', 'zoomIn']))
    expect(release.filter((role) => /devtools|reload/i.test(role))).toEqual([])
    expect(roles(menuTemplate({ platform: 'linux', developerTools: true }))).toContain('toggleDevTools')
  })

  it('begins with the application menu on macOS', () => {
    expect(menuTemplate({ platform: 'darwin', developerTools: false })[0]).toEqual({ role: 'appMenu' })
  })
})

describe('the place of the window', () => {
  const screen = [{ x: 0, y: 0, width: 1920, height: 1080 }]
  const placeOf = (content: string | null) => {
    const folder = mkdtempSync(join(tmpdir(), 'roost-place-'))
    const file = join(folder, 'window.json')
    if (content !== null) writeFileSync(file, content)
    const place = readWindowPlace(file, screen)
    rmSync(folder, { recursive: true })
    return place
  }
  const kept = { x: 100, y: 50, width: 900, height: 700, maximized: true }

  it('is the kept one', () => {
    const { maximized, ...bounds } = kept
    expect(placeOf(JSON.stringify(kept))).toEqual({ bounds, maximized })
  })

  it('is on a screen that is there, with the kept size', () => {
    for (const gone of [{ x: 5000 }, { y: -900 }, { x: -890 }]) {
      expect(placeOf(JSON.stringify({ ...kept, ...gone })).bounds).toEqual({ width: 900, height: 700 })
    }
  })

  it.each([
    null,
    '',
    '{',
    '[]',
    '{"x":"1"}',
    JSON.stringify({ ...kept, width: 3 }),
    JSON.stringify({ ...kept, evil: 1 }),
  ])('is the usual one for %s', (content) => {
    expect(placeOf(content)).toEqual({ bounds: { width: 1280, height: 800 }, maximized: false })
  })
})
