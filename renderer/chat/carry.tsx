// A chat on its way to another computer, and one that comes from there: what a .roost file is is shown before it is kept.
import { Download, FileInput, Upload } from 'lucide-react'
import { useRef } from 'react'
import type { ChangeEvent, ReactElement, RefObject } from 'react'
import { Dialog } from '../shared/dialog.tsx'
import { DialogChoice } from '../shared/dialog-choice.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

/** Opens the system's dialog, or the browser's where the host has none. */
function useFile(take: (file: File | null) => void): {
  input: RefObject<HTMLInputElement | null>
  open: () => void
  onChange: (event: ChangeEvent<HTMLInputElement>) => void
} {
  const dialogs = useApp((state) => state.info?.nativeDialogs === true)
  const input = useRef<HTMLInputElement>(null)
  return {
    input,
    open: () => (dialogs ? take(null) : input.current?.click()),
    onChange: (event) => {
      const file = event.target.files?.[0]
      event.target.value = ''
      if (file !== undefined) take(file)
    },
  }
}

export function CarryOut({ conversation }: { conversation: string }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  return (
    <section className="panel-section" aria-label={text.carry}>
      <button
        type="button"
        className="button button-small panel-link"
        onClick={() => void store.getState().exportMemory(conversation)}
      >
        <Download aria-hidden size={14} />
        {text.carrySave}
      </button>
      <p className="panel-note">{text.carryHint}</p>
    </section>
  )
}

export function CarryIn(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const { input, open, onChange } = useFile((file) => void store.getState().openMemoryFile(file))
  return (
    <>
      <button type="button" className="button button-small button-quiet" onClick={open}>
        <FileInput aria-hidden size={14} />
        {text.carryOpen}
      </button>
      <input
        ref={input}
        type="file"
        accept=".roost"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={text.carryOpen}
        onChange={onChange}
      />
    </>
  )
}

export function AddTunedState(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const { input, open, onChange } = useFile((file) => void store.getState().addTunedState(file))
  return (
    <>
      <button type="button" className="link-button panel-link" onClick={open}>
        <Upload aria-hidden size={12} /> {text.tunedStateAdd}
      </button>
      <input
        ref={input}
        type="file"
        accept=".pth"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={text.tunedStateAdd}
        onChange={onChange}
      />
    </>
  )
}

/** What the file says about itself. Nothing of it is kept before a yes. */
export function MemoryFileDialog(): ReactElement | null {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const opened = useApp((state) => state.memoryFile)
  if (opened === null) return null
  const { summary, name } = opened
  const close = (): void => store.getState().closeMemoryFile()
  const model =
    summary.model.layers === 0
      ? summary.model.title
      : `${summary.model.title} (RWKV-${summary.model.generation}, ${summary.model.layers} × ${summary.model.width})`
  return (
    <Dialog title={text.carryTitle} onClose={close} className="dialog-small">
      <dl className="details-list">
        <div>
          <dt>{text.carryFile}</dt>
          <dd>{name}</dd>
        </div>
        <div>
          <dt>{text.title}</dt>
          <dd>{summary.title === '' ? text.untitled : summary.title}</dd>
        </div>
        <div>
          <dt>{text.carryMessages}</dt>
          <dd className="figure">
            {text.carryBranches(format.count(summary.messages), format.count(summary.branches))}
          </dd>
        </div>
        <div>
          <dt>{text.carryStates}</dt>
          <dd className="figure">
            {format.count(summary.states)} · {format.bytes(summary.stateBytes)}
          </dd>
        </div>
        <div>
          <dt>{text.detailModel}</dt>
          <dd>{model}</dd>
        </div>
        <div>
          <dt>{text.carryWritten}</dt>
          <dd>
            {summary.writtenBy}, {format.dateTime(summary.writtenAt)}
          </dd>
        </div>
      </dl>
      <p className={summary.fits === 'no' ? 'warning' : undefined}>
        {summary.fits === 'yes'
          ? text.carryFits
          : summary.fits === 'no'
            ? text.carryOther(summary.model.title, summary.loadedModel ?? '')
            : text.carryUnknown}
      </p>
      <DialogChoice
        onCancel={close}
        confirm={text.carryKeep}
        onConfirm={() => void store.getState().keepMemoryFile()}
        focus="confirm"
      />
    </Dialog>
  )
}
