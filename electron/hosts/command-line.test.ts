import { describe, expect, it } from 'vitest'
import { ownOptions, parseCommandLine, USAGE } from './command-line.ts'

describe('the command line', () => {
  it('takes every option, and has its defaults without', () => {
    expect(parseCommandLine([])).toEqual({
      data: null,
      port: 0,
      openBrowser: true,
      model: null,
      headless: false,
      hub: null,
    })
    const words = ['--headless', '--data', '/d', '--port=8123', '--no-open', '--model', 'a b.gguf']
    expect(parseCommandLine(words)).toEqual({
      data: '/d',
      port: 8123,
      openBrowser: false,
      model: 'a b.gguf',
      headless: true,
      hub: null,
    })
  })

  it('stops with the usage when asked, and with status 2 and a sentence for what it does not know', () => {
    expect(parseCommandLine(['--help'])).toEqual({ stop: USAGE, status: 0 })
    expect(parseCommandLine(['--colour'])).toMatchObject({
      stop: expect.stringMatching(/^Unknown option '--colour'\.\n/),
      status: 2,
    })
    expect(parseCommandLine(['file.gguf'])).toMatchObject({
      stop: expect.stringMatching(/file\.gguf/),
      status: 2,
    })
    expect(parseCommandLine(['--data'])).toMatchObject({ status: 2 })
    expect(parseCommandLine(['--data', ''])).toMatchObject({
      stop: '--data takes a path and got none.',
      status: 2,
    })
  })

  it.each(['-1', '65536', 'x', '', '1e3', '0x10'])('refuses the port "%s"', (port) => {
    expect(parseCommandLine([`--port=${port}`])).toMatchObject({ status: 2 })
  })

  it('finds our options among those of Electron and Chromium', () => {
    const words = [
      '--inspect=0',
      '--ozone-platform=x11',
      '/project',
      '--data',
      '/d',
      '--no-sandbox',
      '--model=m',
      '-psn_0_1',
    ]
    expect(ownOptions(words)).toEqual(['--data', '/d', '--model=m'])
    expect(ownOptions(['--data'])).toEqual(['--data']) // its missing value is reported by the parser
  })
})
