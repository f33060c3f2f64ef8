import { afterEach, beforeEach, expect, it } from 'vitest'
import { TestApplication } from '../../../tests/application/test-application.ts'
import { defaultSettings } from './settings-service.ts'

let app: TestApplication
beforeEach(async () => {
  app = await TestApplication.open({ model: null })
})
afterEach(() => app.destroy())

it('are the defaults until they are set, and stay set', async () => {
  expect(await app.call('settings.get', {})).toEqual(defaultSettings)
  await app.call('settings.set', { theme: 'dark', threads: 3, sampling: { temperature: 0.5 } })
  expect(app.of('settings.changed').at(-1)?.settings.theme).toBe('dark')
  app = await app.restart({ model: null })
  const expected = { ...defaultSettings, theme: 'dark', threads: 3, sampling: { temperature: 0.5 } }
  expect(await app.call('settings.get', {})).toEqual(expected)
  await app.call('settings.set', { threads: null, sampling: null })
  app = await app.restart({ model: null })
  expect(await app.call('settings.get', {})).toEqual({ ...defaultSettings, theme: 'dark' })
})

it('one bad stored value costs one default', async () => {
  await app.storage.write.setSettings({ theme: 'purple', threads: 2, unknown: 1 })
  app = await app.restart({ model: null })
  expect(await app.call('settings.get', {})).toEqual({ ...defaultSettings, threads: 2 })
})
