// Turns: a question and its answer come to be, grow and end. Each function is one transaction.
import type { Conversation } from '../contract/entities.ts'
import { RoostError } from '../contract/errors.ts'
import {
  conversationSequence,
  createConversation,
  findConversation,
  requireSummary,
  touchConversation,
} from './conversations.ts'
import { blobToTokens, tokensToBlob } from './database.ts'
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import { findMessageRow, requireMessageRow, subtreeRows, toMessage } from './message-rows.ts'
import type { MessageRow } from './message-rows.ts'
import { putEvidence } from './evidence.ts'
import { dropSnapshot, evict, putSnapshot } from './snapshots.ts'
import type {
  BeginTurn,
  BegunTurn,
  CommittedAnswer,
  FinishedAnswer,
  PathMessage,
  RunningAnswer,
  TurnTokens,
} from './storage.ts'

export function beginTurn(db: WritableDatabase, turn: BeginTurn): BegunTurn {
  return db.transaction(() => {
    const existing = findMessageRow(db, turn.answer)
    if (existing !== undefined) return alreadyBegun(db, turn, existing)
    createConversation(db, turn.conversation, turn.now)
    const conversation = conversationSequence(db, turn.conversation)
    if (turn.text !== null) insertQuestion(db, turn, turn.text, conversation)
    const question = requireMessageRow(db, turn.question)
    if (question.conversation !== turn.conversation || question.role !== 'user') {
      throw new RoostError('bad_request', {
        reason: 'The answer does not belong to a question of this conversation.',
      })
    }
    const answers = [turn.answer, ...(turn.alsoAnswers ?? [])]
    for (const answer of answers) {
      db.run(
        `INSERT INTO message (id, conversation, parent, role, text, state, created_at, revision, model)
         VALUES (?, ?, ?, 'assistant', ?, 'generating', ?, 1, ?)`,
        answer,
        conversation,
        question.sequence,
        turn.beginning ?? '',
        turn.now,
        turn.model,
      )
    }
    if (turn.queued !== undefined) db.run('DELETE FROM queued_message WHERE id = ?', turn.queued)
    db.run(
      `UPDATE conversation SET active_leaf = (SELECT sequence FROM message WHERE id = ?),
         title = CASE title WHEN '' THEN ? ELSE title END,
         draft = CASE WHEN trim(draft) = trim(?) THEN '' ELSE draft END
       WHERE sequence = ?`,
      turn.answer,
      turn.title,
      turn.text ?? '',
      conversation,
    )
    touchConversation(db, conversation, turn.now)
    return {
      created: true,
      question: toMessage(question),
      answer: toMessage(requireMessageRow(db, turn.answer)),
      answers: answers.map((answer) => toMessage(requireMessageRow(db, answer))),
      conversation: requireSummary(db, turn.conversation),
    }
  })
}

/** The window asks again because it did not hear the reply: harmless if it asks for the same. */
function alreadyBegun(db: WritableDatabase, turn: BeginTurn, answer: MessageRow): BegunTurn {
  if (answer.conversation !== turn.conversation || answer.parent !== turn.question) {
    throw new RoostError('bad_request', { reason: 'The id of the answer is taken.' })
  }
  return {
    created: false,
    question: toMessage(requireMessageRow(db, turn.question)),
    answer: toMessage(answer),
    answers: [toMessage(answer)],
    conversation: requireSummary(db, turn.conversation),
  }
}

function insertQuestion(db: WritableDatabase, turn: BeginTurn, text: string, conversation: number): void {
  let parent: number | null = null
  if (turn.parent !== null) {
    const row = requireMessageRow(db, turn.parent)
    if (row.conversation !== turn.conversation) {
      throw new RoostError('bad_request', { reason: 'The parent belongs to another conversation.' })
    }
    parent = row.sequence
  }
  if (findMessageRow(db, turn.question) !== undefined) {
    throw new RoostError('bad_request', { reason: 'The id of the question is taken.' })
  }
  db.run(
    `INSERT INTO message (id, conversation, parent, role, text, state, created_at, revision)
     VALUES (?, ?, ?, 'user', ?, 'complete', ?, 1)`,
    turn.question,
    conversation,
    parent,
    text,
    turn.now,
  )
}

export function resumeAnswer(db: WritableDatabase, answer: string, model: string): CommittedAnswer {
  return db.transaction(() => {
    db.run(
      "UPDATE message SET state = 'generating', revision = revision + 1, error = NULL, model = ? WHERE id = ?",
      model,
      answer,
    )
    return committed(db, requireMessageRow(db, answer), [])
  })
}

export function saveRunning(db: WritableDatabase, running: RunningAnswer): void {
  db.transaction(() => {
    const changed = db.run(
      "UPDATE message SET text = ?, revision = revision + 1 WHERE id = ? AND state = 'generating'",
      running.text,
      running.answer,
    )
    if (changed === 0) throw new RoostError('not_found', { what: 'message' })
    putTokens(db, running.answer, running.tokens)
  })
}

export function finishAnswer(db: WritableDatabase, answer: FinishedAnswer): CommittedAnswer {
  return db.transaction(() => {
    const changed = db.run(
      `UPDATE message SET text = ?, state = ?, figures = ?, error = ?, model = ?, revision = revision + 1
       WHERE id = ? AND state = 'generating'`,
      answer.text,
      answer.state,
      answer.figures === null ? null : JSON.stringify(answer.figures),
      answer.error === null ? null : JSON.stringify(answer.error),
      answer.model,
      answer.answer,
    )
    if (changed === 0) throw new RoostError('not_found', { what: 'message' })
    putTokens(db, answer.answer, answer.tokens)
    if (answer.evidence !== null && answer.evidence !== undefined)
      putEvidence(db, answer.answer, answer.evidence)
    let evicted: string[] = []
    dropSnapshot(db, answer.answer) // of any model, from before the answer was continued
    if (answer.snapshot !== null && answer.tokens !== null) {
      putSnapshot(db, {
        message: answer.answer,
        fingerprint: answer.snapshot.fingerprint,
        system: `${answer.tokens.template} ${answer.tokens.system}`,
        bytes: answer.snapshot.bytes,
        now: answer.now,
      })
      evicted = evict(db, answer.budgetBytes)
    }
    const row = requireMessageRow(db, answer.answer)
    if (answer.state === 'complete' || answer.state === 'failed') {
      db.run('UPDATE conversation SET unread = 1 WHERE id = ?', row.conversation)
    }
    touchConversation(db, conversationSequence(db, row.conversation), answer.now)
    return committed(db, row, evicted)
  })
}

function committed(db: ReadableDatabase, row: MessageRow, evicted: readonly string[]): CommittedAnswer {
  return {
    message: toMessage(row),
    activeLeaf: activeLeaf(db, row.conversation),
    conversation: requireSummary(db, row.conversation),
    evicted,
  }
}

function activeLeaf(db: ReadableDatabase, conversation: string): string | null {
  const sql = `SELECT m.id FROM conversation AS c JOIN message AS m ON m.sequence = c.active_leaf WHERE c.id = ?`
  return db.one<{ id: string }>(sql, conversation)?.id ?? null
}

export function putTokens(db: WritableDatabase, answer: string, tokens: TurnTokens | null): void {
  if (tokens === null) return
  db.run(
    `INSERT INTO turn_tokens (message, tokenizer, template, system, prompt, answer, tail)
     VALUES ((SELECT sequence FROM message WHERE id = ?), ?, ?, ?, ?, ?, ?)
     ON CONFLICT (message) DO UPDATE SET tokenizer = excluded.tokenizer, template = excluded.template,
       system = excluded.system, prompt = excluded.prompt, answer = excluded.answer, tail = excluded.tail`,
    answer,
    tokens.tokenizer,
    tokens.template,
    tokens.system,
    tokensToBlob(tokens.prompt),
    tokensToBlob(tokens.answer),
    tokens.tail,
  )
}

/** Rows of a subtree have their highest sequence at the newest leaf: children are younger than their parents. */
export function selectBranch(db: WritableDatabase, conversation: string, message: string): Conversation {
  return db.transaction(() => {
    const row = requireMessageRow(db, message)
    if (row.conversation !== conversation) throw new RoostError('not_found', { what: 'message' })
    const leaf = subtreeRows(db, message).at(-1)
    db.run(
      'UPDATE conversation SET active_leaf = ?, revision = revision + 1 WHERE id = ?',
      leaf?.sequence ?? null,
      conversation,
    )
    return requireConversation(db, conversation)
  })
}

function requireConversation(db: ReadableDatabase, id: string): Conversation {
  const found = findConversation(db, id)
  if (found === null) throw new RoostError('not_found', { what: 'conversation' })
  return found
}

interface TokensRow {
  tokenizer: string | null
  template: string | null
  system: string | null
  prompt: Uint8Array | null
  answer: Uint8Array | null
  tail: string | null
}

interface PathRow extends TokensRow {
  id: string
  role: 'user' | 'assistant'
  text: string
  turn: string | null
  state: PathMessage['state']
  forgotten: number | null
}

/** From the first message of the conversation to this one. */
export function pathTo(db: ReadableDatabase, message: string): PathMessage[] {
  return db
    .all<PathRow>(
      `WITH RECURSIVE up (sequence) AS (
         SELECT sequence FROM message WHERE id = ?
         UNION ALL
         SELECT m.parent FROM message AS m JOIN up ON m.sequence = up.sequence WHERE m.parent IS NOT NULL
       )
       SELECT m.id, m.role, m.text, e.turn, m.state, t.tokenizer, t.template, t.system, t.prompt, t.answer, t.tail,
         CASE WHEN m.figures ->> '$.thoughtsForgotten' THEN m.figures ->> '$.thoughtCharacters' END AS forgotten
       FROM up JOIN message AS m ON m.sequence = up.sequence
       LEFT JOIN turn_tokens AS t ON t.message = m.sequence
       LEFT JOIN evidence AS e ON e.message = m.sequence ORDER BY m.sequence`,
      message,
    )
    .map((row) => ({
      id: row.id,
      role: row.role,
      text: row.text,
      turn: row.turn,
      state: row.state,
      tokens: toTokens(row),
      forgotten: row.forgotten ?? 0,
    }))
}

/** Of one answer; null: none are kept. */
export function tokensOf(db: ReadableDatabase, message: string): TurnTokens | null {
  const row = db.one<TokensRow>(
    `SELECT t.tokenizer, t.template, t.system, t.prompt, t.answer, t.tail FROM turn_tokens AS t
     WHERE t.message = (SELECT sequence FROM message WHERE id = ?)`,
    message,
  )
  return row === undefined ? null : toTokens(row)
}

function toTokens(row: TokensRow): TurnTokens | null {
  const { tokenizer, template, system, prompt, answer, tail } = row
  if (tokenizer === null || template === null || system === null) return null
  if (prompt === null || answer === null || tail === null) return null
  return { tokenizer, template, system, prompt: blobToTokens(prompt), answer: blobToTokens(answer), tail }
}
