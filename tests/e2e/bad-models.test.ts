// Files that must not be loaded: each is answered with one clear sentence, nothing is lost, and the next model loads.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { doors, fixture, makeHome, startRoost } from './roost.ts'
import type { Home, Roost } from './roost.ts'
import {
  answers,
  ask,
  call,
  closePanels,
  engineStatus,
  loadModel,
  openModelFile,
  waitUntilReady,
} from './window.ts'
import { zipOf } from './zip-file.ts'

const MODEL = 'rwkv7-l3-c128-f16.gguf'

/** A pickle that calls os.system when a trusting reader opens it (protocol 2: GLOBAL, MARK, text, TUPLE, REDUCE, STOP). */
function evilPickle(command: string): Buffer {
  const text = Buffer.from(command)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  return Buffer.concat([
    Buffer.from('\x80\x02cposix\nsystem\n(X', 'latin1'),
    length,
    text,
    Buffer.from('tR.', 'latin1'),
  ])
}

/** The same tensors under the name of a part that only RWKV-7a has. */
function withDeepEmbed(model: Buffer): Buffer {
  const changed = Buffer.from(model)
  const at = changed.indexOf('.ffn.key.weight')
  changed.write('.ffn.s_emb.weig', at, 'latin1')
  return changed
}

/** Name, content, and the heading that the window shows for it. */
function badFiles(home: Home): { name: string; content: Buffer; heading: string }[] {
  const whole = readFileSync(fixture(MODEL))
  const pickle = evilPickle(`touch '${join(home.folder, 'executed')}'`)
  return [
    {
      name: 'letter.gguf',
      content: Buffer.from('Dear model,\n'.repeat(400)),
      heading: 'This is not a model file',
    },
    { name: 'empty.pth', content: Buffer.alloc(0), heading: 'This is not a model file' },
    {
      name: 'cut.gguf',
      content: whole.subarray(0, whole.length / 2),
      heading: 'The model file is incomplete',
    },
    {
      name: 'evil.pth',
      content: zipOf({ 'archive/data.pkl': pickle, 'archive/version': Buffer.from('3\n') }),
      heading: 'This file was refused',
    },
    {
      name: 'variant.safetensors',
      content: withDeepEmbed(readFileSync(fixture('rwkv7-l3-c128-bf16.safetensors'))),
      heading: 'Roost can’t run this model yet',
    },
  ]
}

async function shownHeading(page: Page, heading: string): Promise<void> {
  await page.getByText(heading).first().waitFor({ timeout: 20_000 })
}

describe.each(doors)('bad model files through the door "%s"', (door) => {
  let home: Home
  let roost: Roost

  afterEach(async () => {
    await roost.kill()
    home.remove()
  })

  it('are refused one after the other with a sentence, and a good one loads afterwards', async () => {
    home = makeHome()
    roost = await startRoost(door, { home })
    for (const { name, content, heading } of badFiles(home)) {
      writeFileSync(join(home.folder, name), content)
      await openModelFile(roost, join(home.folder, name))
      await shownHeading(roost.page, heading)
      await closePanels(roost.page)
    }
    expect(existsSync(join(home.folder, 'executed'))).toBe(false)

    await loadModel(roost, home.put(fixture(MODEL)))
    await call(roost.page, 'settings.set', { sampling: { maximumTokens: 10 } })
    expect((await ask(roost.page, 'Still there?')).proof.reread).toBe(0)
  })

  it('leave a loaded model and its conversation in use', async () => {
    home = makeHome()
    roost = await startRoost(door, { home })
    await loadModel(roost, home.put(fixture(MODEL)))
    await call(roost.page, 'settings.set', { sampling: { maximumTokens: 10 } })
    await ask(roost.page, 'First.')
    writeFileSync(join(home.folder, 'letter.gguf'), 'no model')
    await openModelFile(roost, join(home.folder, 'letter.gguf'))
    await shownHeading(roost.page, 'This is not a model file')
    await closePanels(roost.page)
    await engineStatus(roost.page).filter({ hasText: 'Ready' }).waitFor()
    await ask(roost.page, 'Second.')
    expect(await answers(roost.page).count()).toBe(2)
  })

  it('that are gone are named, and the application is usable', async () => {
    home = makeHome()
    const model = home.put(fixture(MODEL))
    const gone = join(home.folder, 'gone.gguf')
    roost = await startRoost(door, { home, arguments: ['--model', gone] })
    await roost.page.getByRole('button', { name: /^Model: / }).click()
    await shownHeading(roost.page, 'The file is not there any more')
    await closePanels(roost.page)

    await loadModel(roost, model)
    await roost.kill()
    rmSync(model)
    // It is the model of the last time: its absence must not keep the window from opening.
    roost = await startRoost(door, { home })
    await roost.page.getByRole('textbox', { name: 'Message', exact: true }).waitFor()
    home.put(fixture(MODEL), 'again.gguf')
    await loadModel(roost, join(home.folder, 'again.gguf'))
    await waitUntilReady(roost.page)
  })
})
