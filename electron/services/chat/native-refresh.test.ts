// S7 on the native engine with the model that ships: a memory that is refreshed holds early facts better than the one it
// replaces, measured as the model itself finds them likely; and the old branch goes on as if nothing had been.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generatedText } from '../../../tests/application/generated-conversations.ts'
import { seededRandom } from '../../../tests/application/seeded-random.ts'
import { shippedResources, TestApplication } from '../../../tests/application/test-application.ts'
import { AddonEngine } from '../../engine/addon-engine.ts'
import { realAddon } from '../../engine/testing/addons.ts'

const native = new AddonEngine({ addonPath: realAddon })
const model = join(shippedResources, 'starter', 'starter.gguf')
let app: TestApplication

beforeEach(async () => {
  app = await TestApplication.open({ native, model })
  await app.call('settings.set', { sampling: { temperature: 0, maximumTokens: 16 } })
})

afterEach(async () => {
  await app.destroy()
})

const facts = [
  'Mara is a baker. Her phone number is 3415.',
  'The harbour of Lowen has 27 boats.',
  'My sister Ines was born in 1984.',
]

describe('S7: on the native engine', { timeout: 180_000 }, () => {
  it('facts of long ago are recalled better after a refresh, in a fraction of the tokens; undoing costs no token', async () => {
    const random = seededRandom(7)
    const conversation = randomUUID()
    let leaf: string | null = null
    for (const fact of facts) leaf = (await app.ask(conversation, leaf, fact)).id
    for (let turn = 0; turn < 12; turn++) {
      const talk = generatedText(random, { characters: 900, chinese: 0 })
      leaf = (await app.ask(conversation, leaf, talk)).id
    }
    const message = leaf ?? ''
    const { summary } = await app.call('memory.summarise', { conversation, message, turns: 1 })
    for (const fact of ['3415', '27 boats', '1984']) expect(summary).toContain(fact)
    const short = facts.join('\n')
    const report = await app.call('memory.refresh', { conversation, message, turns: 1, summary: short })
    expect(report.tokensAfter).toBeLessThan(report.tokensBefore / 4)
    expect(report.recall?.details).toBeGreaterThanOrEqual(3)
    expect(report.recall?.after).toBeGreaterThan((report.recall?.before ?? 1) * 1.2)

    await app.call('conversations.selectBranch', { conversation, message })
    const next = await app.ask(conversation, message, 'Thank you.')
    expect(next.figures?.rereadTokens).toBe(0)
    expect(next.figures?.resumedTokens).toBeGreaterThanOrEqual(report.tokensBefore)
  })
})
