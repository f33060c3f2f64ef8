// What becomes of documents that are given to a chat, and of texts too long to be looked over.
import type { ReactElement } from 'react'
import type { Settings } from '../../electron/contract/entities.ts'
import { useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { SelectField } from './select-field.tsx'
import { SwitchField } from './switch-field.tsx'

export const documentDefaults = {
  sourceUse: 'search',
  strictByDefault: false,
  pasteCharacters: 8000,
} as const satisfies Partial<Settings>

export function documentsChanged(settings: Settings): boolean {
  return (
    settings.sourceUse !== documentDefaults.sourceUse ||
    settings.strictByDefault !== documentDefaults.strictByDefault ||
    settings.pasteCharacters !== documentDefaults.pasteCharacters
  )
}

const LENGTHS = [2000, 4000, 8000, 16_000, 32_000, 64_000]

export function DocumentSettings({ settings }: { settings: Settings }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const { pasteCharacters } = settings
  const lengths = [...new Set([...LENGTHS, pasteCharacters])].filter((one) => one > 0).sort((a, b) => a - b)
  return (
    <>
      <SelectField
        label={text.settingSourceUse}
        hint={text.settingSourceUseHint}
        value={settings.sourceUse}
        options={[
          ['read', text.useRead],
          ['search', text.useSearch],
          ['quote', text.useQuote],
        ]}
        onChange={(sourceUse) => void store.getState().changeSettings({ sourceUse })}
      />
      <SwitchField
        label={text.settingStrict}
        hint={text.settingStrictHint}
        checked={settings.strictByDefault}
        onChange={(strictByDefault) => void store.getState().changeSettings({ strictByDefault })}
      />
      <SelectField
        label={text.settingPaste}
        hint={text.settingPasteHint}
        value={String(pasteCharacters)}
        options={[
          ...lengths.map((one) => [String(one), text.settingPasteFrom(format.count(one))] as const),
          ['0', text.settingPasteNever] as const,
        ]}
        onChange={(chosen) => void store.getState().changeSettings({ pasteCharacters: Number(chosen) })}
      />
    </>
  )
}
