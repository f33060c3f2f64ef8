// kill -9 at random moments: nothing that was acknowledged is lost, and the next start goes on from there.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MessageState } from '../../contract/entities.ts'
import type { LedgerLine } from '../../../tests/application/chatting-process.ts'
import { seededRandom, seedOfThisRun } from '../../../tests/application/seeded-random.ts'
import { TestApplication } from '../../../tests/application/test-application.ts'
import { FakeEngine } from '../../engine/fake-engine.ts'

const script = fileURLToPath(new URL('../../../tests/application/chatting-process.ts', import.meta.url))
const kills = Number(process.env.ROOST_KILLS ?? 8)
/** The application promises to lose less than a second of text; a loaded machine gets a little more. */
const mostLostMs = 1500
const random = seededRandom(seedOfThisRun())

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'roost-killed-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Everything that the process said before it was killed, `aliveMs` after it said what was waited for; and when. */
async function runAndKill(
  aliveMs: number,
  waitedFor: (ledger: readonly LedgerLine[]) => boolean = (ledger) => ledger.length > 0,
): Promise<{ ledger: LedgerLine[]; killedAt: number }> {
  const child = spawn(process.execPath, [script, root], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const said = (): LedgerLine[] =>
    output
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LedgerLine)
  const began = performance.now()
  while (!waitedFor(said())) {
    if (child.exitCode !== null) throw new Error('the process ended by itself')
    if (performance.now() - began > 30_000) throw new Error('the process said nothing')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await new Promise((resolve) => setTimeout(resolve, aliveMs))
  const killedAt = Date.now()
  child.kill('SIGKILL')
  await ended
  return { ledger: said(), killedAt }
}

/** A second or third turn of a conversation has been asked, and words of its answer came. */
function isAnsweringLater(ledger: readonly LedgerLine[]): boolean {
  const asked = ledger.filter(({ kind }) => kind === 'asked')
  const last = asked.at(-1)
  return (
    last !== undefined &&
    asked.filter(({ conversation }) => conversation === last.conversation).length > 1 &&
    ledger.some(({ kind, answer }) => kind === 'said' && answer === last.answer)
  )
}

async function stateAfterKill({ conversation, answer }: LedgerLine): Promise<MessageState> {
  const app = await TestApplication.open({ root, model: null })
  const { state } = await app.call('messages.get', { conversation, message: answer })
  await app.close()
  return state
}

/** Of what was said only the longest text that must have been saved: it begins with all the shorter ones. */
function worthChecking(ledger: readonly LedgerLine[], killedAt: number): LedgerLine[] {
  const longest = new Map<string, LedgerLine>()
  for (const line of ledger) {
    if (line.kind === 'said' && line.at < killedAt - mostLostMs) longest.set(line.answer, line)
  }
  return [...ledger.filter(({ kind }) => kind !== 'said'), ...longest.values()]
}

it(`M9: ${kills} kills lose no acknowledged work`, { timeout: 120_000 + kills * 20_000 }, async () => {
  const all: LedgerLine[] = []
  for (let kill = 0; kill < kills; kill++) {
    const { ledger, killedAt } = await runAndKill(random.below(2500))
    all.push(...worthChecking(ledger, killedAt))
    const app = await TestApplication.open({ root, model: null })
    try {
      expect((await app.call('app.info', {})).uncleanExit).toBe(true)
      expect(app.storage.opening.setAside).toBeNull()
      for (const line of all) {
        const row = await app.storage.read.message(line.answer)
        const hint = `seed ${random.seed}, kill ${kill}, ${line.kind}`
        expect(row, hint).not.toBeNull()
        expect(row?.state, hint).not.toBe('generating')
        if (line.kind === 'asked') {
          expect((await app.storage.read.message(line.question ?? ''))?.text, hint).toBe(line.text)
        } else if (line.kind === 'answered') {
          expect(row, hint).toMatchObject({ text: line.text, state: 'complete', resumable: true })
        } else {
          expect(row?.text.startsWith(line.text), `${hint}: ${line.text} | ${row?.text ?? ''}`).toBe(true)
        }
      }
      expect(await app.storage.quickCheck()).toBe(true)
    } finally {
      await app.close()
    }
  }
  expect(all.filter(({ kind }) => kind === 'answered').length).toBeGreaterThan(0)
})

it('killed in the third answer: asking again feeds the new turn only; a reply reads the partial answer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'roost-third-'))
  const before = root
  root = folder
  try {
    let third: LedgerLine | undefined
    for (let attempt = 0; attempt < 10 && third === undefined; attempt++) {
      const { ledger } = await runAndKill(random.below(500), isAnsweringLater)
      const asked = ledger.filter(({ kind }) => kind === 'asked')
      const open = asked.filter(
        (line) => !ledger.some((other) => other.kind === 'answered' && other.answer === line.answer),
      )
      const candidate = open.find(
        (line) => asked.filter((other) => other.conversation === line.conversation).length > 1,
      )
      // Killed between the last commit and saying so: that answer is whole, and the next attempt is due.
      if (candidate !== undefined && (await stateAfterKill(candidate)) === 'interrupted') third = candidate
    }
    if (third === undefined) throw new Error('never killed while an answer after the first was written')
    const engine = new FakeEngine()
    const app = await TestApplication.open({ root, engine })
    const { conversation } = third
    const cut = await app.call('messages.get', { conversation, message: third.answer })
    expect(cut.state).toBe('interrupted')

    const again = randomUUID()
    await app.call('chat.regenerate', { conversation, message: third.answer, answer: again })
    const anew = await app.settled(conversation, again)
    expect(anew.text).toBe(`You said: ${third.text}.`)
    expect(anew.figures).toMatchObject({ rereadTokens: 0, promptTokens: 18 + third.text.length })

    const reply = await app.ask(conversation, third.answer, 'go on')
    const spoken = cut.text === '' ? 0 : 18 + third.text.length + 1 + cut.text.length
    // The interrupted turn is read again, a token for each byte: its question, a blank, its words so far.
    expect(reply.figures?.rereadTokens).toBe(spoken)
    expect(reply.text).toBe('You said: go on.')

    // Its own words go on where they were cut, once nothing replies to it any more.
    await app.call('messages.delete', { conversation, message: reply.parent ?? '' })
    await app.call('chat.continue', { conversation, message: third.answer })
    const whole = await app.settled(conversation, third.answer)
    expect(whole).toMatchObject({ text: `You said: ${third.text}.`, state: 'complete' })
    await app.close()
  } finally {
    root = before
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
