// A process to be killed: one conversation after the other, three turns each, until its end. Every line it prints was
// acknowledged before: {"asked"}, {"said"} with the text so far, {"answered"}. Arguments: the data folder.
import { randomUUID } from 'node:crypto'
import { FakeEngine } from '../../electron/engine/fake-engine.ts'
import { TestApplication } from './test-application.ts'

export interface LedgerLine {
  kind: 'asked' | 'said' | 'answered'
  conversation: string
  answer: string
  question?: string
  text: string
  /** Date.now() of the line. */
  at: number
}

const root = process.argv[2]
if (root === undefined) throw new Error('no data folder')

const engine = new FakeEngine({ script: { tokenMs: 8 } })
const app = await TestApplication.open({ root, engine })
const said = new Map<string, string>()

function tell(line: Omit<LedgerLine, 'at'>): void {
  process.stdout.write(`${JSON.stringify({ ...line, at: Date.now() })}\n`)
}

let told = 0
setInterval(() => {
  for (; told < app.events.length; told++) {
    const event = app.events[told]
    if (event?.name === 'answer.delta') {
      const { conversation, answer, text } = event.payload
      said.set(answer, (said.get(answer) ?? '') + text)
      tell({ kind: 'said', conversation, answer, text: said.get(answer) ?? '' })
    }
    if (event?.name === 'message.committed' && event.payload.message.state === 'complete') {
      const { message } = event.payload
      if (message.role === 'assistant') {
        tell({ kind: 'answered', conversation: message.conversation, answer: message.id, text: message.text })
      }
    }
  }
}, 5)

while (true) {
  const conversation = randomUUID()
  let parent: string | null = null
  for (let turn = 0; turn < 3; turn++) {
    const text = `A question of some length, number ${turn}, so that its answer takes a while`
    const ids = await app.send(conversation, parent, text)
    tell({ kind: 'asked', conversation, answer: ids.answer, question: ids.question, text })
    await app.settled(conversation, ids.answer)
    parent = ids.answer
  }
}
