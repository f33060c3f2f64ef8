// The page can do what Roost does and nothing else, whatever a model writes into it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { doors, makeHome, startRoost } from './roost.ts'
import type { Home, Roost } from './roost.ts'
import { composer } from './window.ts'

/** Runs source in the page later than the debugger's own evaluation, which the policy does not bind. */
function inPage<Value>(page: Page, source: string): Promise<Value> {
  return page.evaluate<Value>(`new Promise((resolve) => setTimeout(() => { ${source} }, 0))`)
}

describe.each(doors)('the walls around the page behind the door "%s"', (door) => {
  let home: Home
  let roost: Roost
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    roost = await startRoost(door, { home })
    page = roost.page
    await composer(page).waitFor()
  })

  afterAll(async () => {
    await roost.kill()
    home.remove()
  })

  it('run no code that was not shipped', async () => {
    const outcomes = await inPage<Record<string, string>>(
      page,
      `const outcomes = {}
       const attempt = (name, action) => { try { action(); outcomes[name] = 'done' } catch (error) { outcomes[name] = error.name } }
       attempt('eval', () => eval('globalThis.evil = 1'))
       attempt('Function', () => new Function('globalThis.evil = 1')())
       attempt('setTimeout with text', () => setTimeout('globalThis.evil = 1', 0))
       attempt('innerHTML', () => { document.createElement('div').innerHTML = '<img src=x onerror="globalThis.evil = 1">' })
       attempt('script element', () => { const s = document.createElement('script'); s.textContent = 'globalThis.evil = 1'; document.head.append(s) })
       attempt('event attribute', () => { const b = document.createElement('button'); b.setAttribute('onclick', 'globalThis.evil = 1'); document.body.append(b); b.click(); b.remove() })
       attempt('worker from a blob', () => { new Worker(URL.createObjectURL(new Blob(['1'], { type: 'text/javascript' }))) })
       setTimeout(() => resolve({ ...outcomes, evil: String(globalThis.evil) }), 300)`,
    )
    expect(outcomes.evil).toBe('undefined')
    for (const name of ['eval', 'Function', 'innerHTML']) expect(outcomes[name], name).not.toBe('done')
  })

  it('fetch nothing from elsewhere', async () => {
    const blocked = await inPage<string[]>(
      page,
      `const blocked = []
       addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective))
       const image = new Image(); image.src = 'https://example.org/x.png'
       const data = new Image(); data.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='
       const style = document.createElement('link'); style.rel = 'stylesheet'; style.href = 'https://example.org/x.css'; document.head.append(style)
       const frame = document.createElement('iframe'); frame.src = 'https://example.org/'; document.body.append(frame)
       const base = document.createElement('base'); base.href = 'https://example.org/'; document.head.append(base)
       fetch('https://example.org/').catch(() => {})
       try { new WebSocket('wss://example.org/') } catch {}
       navigator.sendBeacon('https://example.org/')
       setTimeout(() => { for (const element of [style, frame, base]) element.remove(); resolve(blocked) }, 500)`,
    )
    expect([...new Set(blocked)].sort()).toEqual([
      'base-uri',
      'connect-src',
      'frame-src',
      'img-src',
      'style-src-elem',
    ])
    expect(blocked.filter((directive) => directive === 'connect-src')).toHaveLength(3)
    expect(blocked.filter((directive) => directive === 'img-src')).toHaveLength(2)
  })

  it('show no more of the host than the contract', async () => {
    const globals = await page.evaluate(() => ({
      require: typeof (globalThis as Record<string, unknown>).require,
      process: typeof (globalThis as Record<string, unknown>).process,
      module: typeof (globalThis as Record<string, unknown>).module,
    }))
    expect(globals).toEqual({ require: 'undefined', process: 'undefined', module: 'undefined' })
    const bridge = await page.evaluate(() => {
      const roost = (globalThis as { roost?: { calls: object } }).roost
      if (roost === undefined) return null
      const frozen = Object.isFrozen(roost) && Object.isFrozen(roost.calls)
      return { members: Object.keys(roost).sort(), frozen, calls: Object.keys(roost.calls) }
    })
    if (door === 'headless') {
      expect(bridge).toBeNull()
    } else {
      expect(bridge).toMatchObject({ members: ['calls', 'give', 'subscribe'], frozen: true })
      expect(bridge?.calls).toContain('chat.send')
    }
  })

  it.skipIf(door === 'headless')('stay on the page: no navigation, no window, no frame', async () => {
    const address = page.url()
    const before = page.context().pages().length
    await inPage(
      page,
      `location.href = 'https://example.org/leaves'
       setTimeout(() => { window.open('https://example.org/opens'); setTimeout(resolve, 500) }, 200)`,
    )
    expect(page.url()).toBe(address)
    await expect.poll(() => page.context().pages().length).toBe(before)
    await composer(page).waitFor()
    if (door === 'electron-double') {
      expect(roost.reports).toContainEqual({
        kind: 'refused navigation',
        address: 'https://example.org/leaves',
      })
      // A new window is asked about, with the whole address; the person did not agree.
      const dialogs = roost.reports.filter((report) => report.kind === 'dialog')
      expect(JSON.stringify(dialogs)).toContain('https://example.org/opens')
      expect(roost.reports.filter((report) => report.kind === 'opened')).toEqual([])
    }
  })

  it.skipIf(door !== 'electron-double')(
    'open an address only after the person has seen and allowed it',
    async () => {
      const open = (url: string): Promise<unknown> =>
        page.evaluate(
          (address) =>
            (globalThis as { roost?: { calls: Record<string, (input: unknown) => unknown> } }).roost?.calls[
              'app.openLink'
            ]?.({
              url: address,
            }),
          url,
        )
      roost.tell({ kind: 'script', method: 'showMessageBox', results: [{ response: 1 }, { response: 0 }] })
      await open('https://example.org/no')
      await open('https://example.org/yes')
      await open('file:///etc/passwd')
      await open('javascript:alert(1)')
      await expect
        .poll(() => roost.reports.filter((report) => report.kind === 'opened'))
        .toEqual([{ kind: 'opened', address: 'https://example.org/yes' }])
    },
  )

  it.skipIf(door !== 'electron-double')('are built with every switch closed', () => {
    const window = roost.reports.find((report) => report.kind === 'window')
    expect(window?.kind === 'window' ? window.options.webPreferences : null).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    })
  })
})
