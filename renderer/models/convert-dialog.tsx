// Which number format a model is converted to.
import { useState } from 'react'
import type { ReactElement } from 'react'
import { conversionTargets } from '../../electron/contract/library-entities.ts'
import type { ConversionTarget, InstalledModel } from '../../electron/contract/library-entities.ts'
import { Dialog } from '../shared/dialog.tsx'
import { DialogChoice } from '../shared/dialog-choice.tsx'
import { useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

/** Bytes of one number; a block of 32 has two bytes of scale. The embedding and the head stay at 8 bits at least. */
const bytesPerNumber: Readonly<Record<ConversionTarget, number>> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 }

function sizeOf({ model, vocabulary, width }: InstalledModel, target: ConversionTarget): number {
  const tables = Math.min(model.parameters, 2 * vocabulary * width)
  const least = Math.max(bytesPerNumber[target], bytesPerNumber.q8_0)
  return (model.parameters - tables) * bytesPerNumber[target] + tables * least
}

export function ConvertDialog(props: { installed: InstalledModel; onClose: () => void }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const [target, setTarget] = useState<ConversionTarget>('q8_0')
  const { model } = props.installed
  return (
    <Dialog title={text.convertTitle(model.title)} onClose={props.onClose} className="dialog-small">
      <p>{text.convertBody}</p>
      <fieldset className="choices">
        <legend>{text.convertTarget}</legend>
        {conversionTargets.map((one) => (
          <label key={one} className="choice">
            <input
              type="radio"
              name="conversion-target"
              value={one}
              checked={target === one}
              onChange={() => setTarget(one)}
              {...(one === 'q8_0' ? { 'data-first-focus': true } : {})}
            />
            <span>
              {text.targetNames[one]}{' '}
              <span className="muted">{text.convertSize(format.bytes(sizeOf(props.installed, one)))}</span>
              <span className="muted choice-hint">{text.targetHints[one]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <DialogChoice
        onCancel={props.onClose}
        confirm={text.convertConfirm}
        onConfirm={() => {
          void store.getState().convertModel(model.id, target)
          props.onClose()
        }}
      />
    </Dialog>
  )
}
