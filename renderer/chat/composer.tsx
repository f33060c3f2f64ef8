// Where a message is written. The draft belongs to the chat and outlives it all; Enter sends, unless an input method is
// composing.
import { ArrowUp, GitBranch, ListPlus, Square, TextCursorInput, X } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef } from 'react'
import type { ClipboardEvent, KeyboardEvent, ReactElement } from 'react'
import { LIMITS } from '../../electron/contract/limits.ts'
import { useComposition } from '../shared/use-composition.ts'
import { pathOf, runningAnswer } from '../state/message-tree.ts'
import { chosenUse } from '../state/source-list.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { AnswersMenu } from './answers-menu.tsx'
import { AttachMenu } from './attach-menu.tsx'
import { Attachments, PasteNote, useAttachmentsHint } from './attachments.tsx'
import { isLongPaste, pasteName } from './long-paste.ts'
import { MessageQueue } from './message-queue.tsx'
import { IconButton } from '../shared/icon-button.tsx'

/** More lines than any window shows of a draft. */
const TALL_LINES = 200

function isTall(draft: string): boolean {
  let lines = 0
  for (let at = draft.indexOf('\n'); at !== -1; at = draft.indexOf('\n', at + 1)) {
    lines += 1
    if (lines > TALL_LINES) return true
  }
  return false
}

export function Composer(): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const box = useRef<HTMLTextAreaElement>(null)
  const composition = useComposition()
  const typedSince = useRef(false)
  const conversation = useApp((state) => state.conversation)
  const draft = useApp((state) => state.drafts[state.conversation ?? ''] ?? '')
  const newChatCount = useApp((state) => state.newChatCount)
  const engine = useApp((state) => state.engine)
  const running = useApp((state) =>
    runningAnswer(state.conversation === null ? undefined : state.trees[state.conversation]),
  )
  const tree = useApp((state) => (state.conversation === null ? undefined : state.trees[state.conversation]))
  const beginning = useApp((state) => state.beginning)
  const count = useApp((state) => state.answerCount)
  const notebook = tree?.parameters.mode === 'notebook'
  const wanted = tree?.parameters.model ?? null
  const loaded = engine.phase === 'ready' ? engine.model.id : null
  const wantedModel = useApp((state) => state.models.find(({ id }) => id === wanted))
  const otherModel =
    wanted === null || wanted === loaded
      ? null
      : wantedModel?.available === true
        ? text.chatOfOtherModel(wantedModel.title)
        : text.chatOfAbsentModel
  const branching = useApp(
    (state) => state.conversation !== null && state.branchPoints[state.conversation] !== undefined,
  )

  // A model that was let go for want of use is loaded again by the message.
  const resting = engine.phase === 'none' ? engine.resting : undefined
  const ready = engine.phase === 'ready' || resting !== undefined || wantedModel?.available === true
  const tooLong = draft.length > LIMITS.messageCharacters
  const attachments = useAttachmentsHint()
  const sendable = ready && running === null && !tooLong && draft.trim() !== '' && !attachments.blocks

  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    // Grows with its text up to the height that the style sheet allows, then scrolls. Text that is surely higher is not
    // measured: that would lay out all of it twice.
    if (isTall(draft)) {
      element.style.height = '100vh'
      return
    }
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight + 2}px`
  }, [draft, conversation])

  useEffect(() => {
    box.current?.focus({ preventScroll: true })
  }, [conversation, newChatCount])

  /** While an answer runs a message waits for it. */
  const queueable = running !== null && !tooLong && draft.trim() !== ''

  const send = (): void => {
    const state = store.getState()
    if (queueable || sendable) state.keepPaste()
    // A notebook is one text: blanks between its pieces are part of it.
    const words = notebook ? draft : draft.trim()
    if (queueable) void state.enqueue(draft.trim())
    else if (!sendable) return
    else if (count > 1 && beginning === null) void state.answerSeveral(words, count, null)
    else {
      const first = beginning?.trim() ?? ''
      void state.send(words, undefined, first === '' ? undefined : first)
      state.patchView({ beginning: null })
    }
  }

  /** Files become attachments, and so does a text too long to be looked over. */
  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>): void => {
    if (notebook) return
    const files = [...event.clipboardData.files]
    const words = event.clipboardData.getData('text/plain')
    const state = store.getState()
    if (files.length > 0 && words === '') {
      event.preventDefault()
      void state.addFiles(files, { kind: 'chat', conversation, use: chosenUse(state) })
    } else if (isLongPaste(words, state.settings?.pasteCharacters ?? 0)) {
      event.preventDefault()
      const { selectionStart } = event.currentTarget
      typedSince.current = false
      void state.attachText(
        pasteName(words) ?? text.pastedName(format.time(Date.now())),
        words,
        selectionStart,
      )
    }
  }

  const recall = (): boolean => {
    const state = store.getState()
    const tree = conversation === null ? undefined : state.trees[conversation]
    if (tree === undefined) return false
    const last = pathOf(tree).findLast((id) => tree.byId[id]?.role === 'user')
    const words = last === undefined ? undefined : tree.byId[last]?.text
    if (words === undefined) return false
    state.setDraft(conversation, words)
    return true
  }

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (composition.isComposing(event)) return
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      send()
    } else if (event.key === 'ArrowUp' && draft === '' && recall()) {
      event.preventDefault()
    } else if (event.key === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
      // Right after a long paste: the text goes where it would have gone.
      const { pasted } = store.getState()
      if (pasted === null || pasted.conversation !== conversation || typedSince.current) return
      event.preventDefault()
      void store.getState().undoPaste()
    }
  }

  const name = engine.phase === 'ready' ? engine.model.title : (resting?.title ?? null)
  return (
    <div className="composer-place">
      {branching && (
        <div className="branch-note" role="status">
          <GitBranch aria-hidden size={15} />
          <span>{text.branchNote}</span>
          <button
            type="button"
            className="link-button"
            onClick={() => conversation !== null && store.getState().branchFrom(conversation, null)}
          >
            {text.branchEnd}
          </button>
        </div>
      )}
      {conversation !== null && tree !== undefined && (
        <MessageQueue conversation={conversation} queue={tree.queue} held={running === null} />
      )}
      {beginning !== null && running === null && (
        <div className="beginning">
          <input
            autoFocus
            aria-label={text.beginning}
            placeholder={text.beginningHint}
            value={beginning}
            maxLength={LIMITS.messageCharacters}
            onChange={(event) => store.getState().patchView({ beginning: event.target.value })}
            onKeyDown={(event) => {
              if (composition.isComposing(event)) return
              if (event.key === 'Enter') send()
              else if (event.key === 'Escape') {
                event.stopPropagation()
                store.getState().patchView({ beginning: null })
              }
            }}
            {...composition.handlers}
          />
          <IconButton
            label={text.beginningRemove}
            icon={X}
            size={14}
            onClick={() => store.getState().patchView({ beginning: null })}
          />
        </div>
      )}
      {!notebook && <PasteNote />}
      <div className="composer">
        {!notebook && <Attachments />}
        {!notebook && <AttachMenu />}
        <textarea
          ref={box}
          rows={1}
          aria-label={text.message}
          aria-describedby="composer-hint"
          placeholder={
            notebook
              ? text.notebookPlaceholder
              : name === null
                ? text.messagePlaceholderPlain
                : text.messagePlaceholder(name)
          }
          value={draft}
          onChange={(event) => {
            typedSince.current = true
            store.getState().attend()
            store.getState().setDraft(conversation, event.target.value)
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          {...composition.handlers}
        />
        <div className="composer-tools">
          {running === null && !notebook && (
            <>
              {beginning === null && (
                <IconButton
                  label={text.beginAnswer}
                  icon={TextCursorInput}
                  onClick={() => store.getState().patchView({ beginning: '' })}
                />
              )}
              <AnswersMenu />
            </>
          )}
          {queueable && <IconButton label={text.queueAdd} icon={ListPlus} onClick={send} />}
        </div>
        {running === null ? (
          <button
            type="button"
            className="send-button"
            aria-label={text.send}
            disabled={!sendable}
            onClick={send}
          >
            <ArrowUp aria-hidden size={19} strokeWidth={2.25} />
          </button>
        ) : (
          <button
            type="button"
            className="send-button stop-button"
            aria-label={text.stop}
            onClick={() => conversation !== null && void store.getState().stop(conversation)}
          >
            <Square aria-hidden size={13} fill="currentColor" strokeWidth={0} />
          </button>
        )}
      </div>
      <p className="composer-hint" id="composer-hint">
        {tooLong ? (
          <span className="warning">{text.composerTooLong(format.count(LIMITS.messageCharacters))}</span>
        ) : otherModel !== null ? (
          otherModel
        ) : attachments.words !== null && !notebook ? (
          <span className={attachments.blocks ? 'composer-waits' : undefined}>{attachments.words}</span>
        ) : engine.phase === 'loading' ? (
          text.composerLoading
        ) : !ready ? (
          <>
            {text.composerNoModel}{' '}
            <button
              type="button"
              className="link-button"
              onClick={() => store.getState().patchView({ modelPickerOpen: true })}
            >
              {text.chooseModel}
            </button>
          </>
        ) : (
          text.composerHint
        )}
      </p>
    </div>
  )
}
