// Settings: effects at once, saved at once.
import { Check, Copy } from 'lucide-react'
import { Switch } from 'radix-ui'
import { useId } from 'react'
import type { ReactElement, ReactNode } from 'react'
import type { Settings } from '../../electron/contract/entities.ts'
import { Banner } from '../shared/banner.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { RoostMark } from '../shared/roost-mark.tsx'
import { keyLabel } from '../shared/shortcuts.ts'
import { useCopied } from '../shared/use-copied.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, languages, useLanguage } from '../text/language.ts'
import { DownloadSettings } from './download-settings.tsx'
import { NumberField } from './number-field.tsx'
import { SamplingSettings } from './sampling-settings.tsx'

const GIGABYTE = 1024 ** 3
const BUDGETS = [0.5, 1, 2, 4, 8, 16, 32].map((gigabytes) => gigabytes * GIGABYTE)

/** Minutes, and whatever is set already. */
function idleTimes(set: number): number[] {
  const offered = [5, 15, 30, 60, 120, 240, 0]
  return offered.includes(set) ? offered : [set, ...offered]
}

export function SettingsPage(): ReactElement {
  const language = useLanguage()
  const { text } = language
  const settings = useApp((state) => state.settings)
  const problem = useApp((state) => state.problems.settings)
  return (
    <main className="page">
      <div className="page-inside">
        <header className="page-head">
          <h1>{text.settings}</h1>
        </header>
        {problem !== undefined && (
          <Banner tone="error" {...errorWords(language, problem.code, problem.detail)} />
        )}
        {settings !== null && (
          <>
            <Appearance settings={settings} />
            <ModelSettings settings={settings} />
            <SamplingSettings />
            <DownloadSettings />
            <StorageSettings settings={settings} />
            <Shortcuts />
            <About />
          </>
        )}
      </div>
    </main>
  )
}

function Section(props: { title: string; children: ReactNode }): ReactElement {
  const id = useId()
  return (
    <section className="settings-section" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{props.title}</h2>
      </div>
      <div className="card">{props.children}</div>
    </section>
  )
}

function SelectField<V extends string>(props: {
  label: string
  hint?: string
  value: V
  options: readonly (readonly [value: V, label: string])[]
  onChange: (value: V) => void
}): ReactElement {
  const id = useId()
  return (
    <div className="setting">
      <label className="setting-words" htmlFor={id}>
        <span>{props.label}</span>
        {props.hint !== undefined && <span className="muted">{props.hint}</span>}
      </label>
      <select
        id={id}
        className="field"
        aria-label={props.label}
        value={props.value}
        onChange={(event) => {
          const chosen = props.options.find(([value]) => value === event.target.value)
          if (chosen !== undefined) props.onChange(chosen[0])
        }}
      >
        {props.options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  )
}

function Appearance({ settings }: { settings: Settings }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  return (
    <Section title={text.settingsAppearance}>
      <SelectField
        label={text.theme}
        value={settings.theme}
        options={[
          ['system', text.themeSystem],
          ['light', text.themeLight],
          ['dark', text.themeDark],
        ]}
        onChange={(theme) => void store.getState().changeSettings({ theme })}
      />
      <SelectField
        label={text.language}
        value={settings.language}
        options={[
          ['system', text.languageSystem],
          ['en', languages.en.languageName],
          ['zh', languages.zh.languageName],
        ]}
        onChange={(language) => void store.getState().changeSettings({ language })}
      />
    </Section>
  )
}

function ModelSettings({ settings }: { settings: Settings }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const id = useId()
  return (
    <Section title={text.settingsModel}>
      <div className="setting">
        <label className="setting-words" htmlFor={id}>
          <span>{text.loadLastModel}</span>
          <span className="muted">{text.loadLastModelHint}</span>
        </label>
        <Switch.Root
          id={id}
          className="switch"
          aria-label={text.loadLastModel}
          checked={settings.loadLastModel}
          onCheckedChange={(loadLastModel) => void store.getState().changeSettings({ loadLastModel })}
        >
          <Switch.Thumb className="switch-thumb" />
        </Switch.Root>
      </div>
      <NumberField
        label={text.threads}
        hint={text.threadsHint}
        placeholder={text.automatic}
        value={settings.threads}
        minimum={1}
        maximum={256}
        onChange={(threads) => void store.getState().changeSettings({ threads })}
      />
      <SelectField
        label={text.idleUnload}
        hint={text.idleUnloadHint}
        value={String(settings.idleUnloadMinutes)}
        options={idleTimes(settings.idleUnloadMinutes).map((minutes) => [
          String(minutes),
          minutes === 0 ? text.idleNever : text.idleMinutes(minutes),
        ])}
        onChange={(minutes) => void store.getState().changeSettings({ idleUnloadMinutes: Number(minutes) })}
      />
    </Section>
  )
}

function StorageSettings({ settings }: { settings: Settings }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const dataFolder = useApp((state) => state.info?.dataFolder ?? '')
  const [copied, copy] = useCopied()
  const budgets = BUDGETS.includes(settings.snapshotBudgetBytes)
    ? BUDGETS
    : [...BUDGETS, settings.snapshotBudgetBytes].sort((a, b) => a - b)
  return (
    <Section title={text.settingsStorage}>
      <div className="setting">
        <div className="setting-words">
          <span>{text.dataFolder}</span>
          <span className="muted">{text.dataFolderHint}</span>
          <code className="path">{dataFolder}</code>
        </div>
        <IconButton
          label={copied ? text.copied : text.copyPath}
          icon={copied ? Check : Copy}
          onClick={() => void copy(dataFolder)}
        />
      </div>
      <SelectField
        label={text.snapshotBudget}
        hint={text.snapshotBudgetHint}
        value={String(settings.snapshotBudgetBytes)}
        options={budgets.map((bytes) => [String(bytes), format.gigabytes(bytes)])}
        onChange={(bytes) => void store.getState().changeSettings({ snapshotBudgetBytes: Number(bytes) })}
      />
    </Section>
  )
}

function Shortcuts(): ReactElement {
  const { text } = useLanguage()
  const keys: (readonly [name: string, keys: string])[] = [
    [text.shortcutNewChat, `${keyLabel('N')} / ${keyLabel('Shift+O')}`],
    [text.shortcutSearch, keyLabel('K')],
    [text.shortcutSidebar, keyLabel('B')],
    [text.shortcutSettings, keyLabel(',')],
    [text.shortcutStop, 'Esc'],
    [text.shortcutNewLine, 'Shift+Enter'],
    [text.shortcutRecall, '↑'],
  ]
  return (
    <Section title={text.shortcuts}>
      <dl className="key-list">
        {keys.map(([name, combination]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <kbd>{combination}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

function About(): ReactElement {
  const { text } = useLanguage()
  const info = useApp((state) => state.info)
  return (
    <Section title={text.settingsAbout}>
      <div className="about">
        <RoostMark size={36} />
        <div>
          <strong>{text.appName}</strong>
          <p className="muted">{text.version(info?.version ?? '')}</p>
          <p>{text.aboutBody}</p>
        </div>
      </div>
    </Section>
  )
}
