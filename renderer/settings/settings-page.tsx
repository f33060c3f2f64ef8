// Settings: effects at once, saved at once.
import { Check, Copy, RotateCcw, Search } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import type { Settings } from '../../electron/contract/entities.ts'
import { Banner } from '../shared/banner.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { RoostMark } from '../shared/roost-mark.tsx'
import { useCopied } from '../shared/use-copied.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, languages, useLanguage } from '../text/language.ts'
import { ChatsSettings } from './chats-settings.tsx'
import { DataFolderRow } from './data-folder-row.tsx'
import { DocumentSettings, documentDefaults, documentsChanged } from './document-settings.tsx'
import { DeviceSettings } from './device-settings.tsx'
import { DownloadSettings } from './download-settings.tsx'
import { NumberField } from './number-field.tsx'
import { SamplingSettings } from './sampling-settings.tsx'
import { SelectField } from './select-field.tsx'
import { settingNames } from './setting-names.ts'
import type { SectionId } from './setting-names.ts'
import { ShortcutSettings } from './shortcut-settings.tsx'
import { SwitchField } from './switch-field.tsx'
import { useRowFilter } from './use-row-filter.ts'

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
  const store = useAppStore()
  const settings = useApp((state) => state.settings)
  const problem = useApp((state) => state.problems.settings)
  const wanted = useApp((state) => state.settingWanted)
  const [query, setQuery] = useState('')
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean)
  const names = settingNames(text)
  const shown = (id: SectionId, title: string): boolean =>
    words.length === 0 ||
    [title, ...names.filter(({ sectionId }) => sectionId === id).map(({ name }) => name)].some((name) =>
      words.every((word) => name.toLowerCase().includes(word)),
    )
  const titles: [SectionId, string][] = [
    ['appearance', text.settingsAppearance],
    ['model', text.settingsModel],
    ['device', text.settingsDevice],
    ['sampling', text.settingsSampling],
    ['documents', text.documents],
    ['downloads', text.settingsDownloads],
    ['storage', text.settingsStorage],
    ['chats', text.settingsChats],
    ['shortcuts', text.shortcuts],
    ['about', text.settingsAbout],
  ]
  const page = useRef<HTMLDivElement>(null)
  useRowFilter(page, words)
  const open = new Set(titles.filter(([id, title]) => shown(id, title)).map(([id]) => id))

  useEffect(() => {
    if (wanted === null) return
    const section = names.find(({ id }) => id === wanted)?.sectionId
    const element = document.querySelector(`[data-section="${section ?? ''}"]`)
    element?.scrollIntoView({ block: 'start' })
    element?.querySelector<HTMLElement>('h2')?.focus()
    store.getState().patchView({ settingWanted: null })
  }, [wanted, names, store])

  return (
    <main className="page">
      <div className="page-inside" ref={page}>
        <header className="page-head">
          <h1>{text.settings}</h1>
          <label className="page-search">
            <Search aria-hidden size={15} />
            <input
              type="search"
              aria-label={text.searchSettings}
              placeholder={text.searchSettings}
              value={query}
              onChange={({ target }) => setQuery(target.value)}
            />
          </label>
        </header>
        {problem !== undefined && (
          <Banner tone="error" {...errorWords(language, problem.code, problem.detail)} />
        )}
        {settings !== null && (
          <>
            {open.has('appearance') && <Appearance settings={settings} />}
            {open.has('model') && <ModelSettings settings={settings} />}
            {open.has('device') && (
              <Section
                id="device"
                title={text.settingsDevice}
                usual={{ device: null }}
                changed={settings.device !== null}
              >
                <DeviceSettings settings={settings} />
              </Section>
            )}
            {open.has('sampling') && (
              <div data-section="sampling">
                <SamplingSettings />
              </div>
            )}
            {open.has('documents') && (
              <Section
                id="documents"
                title={text.documents}
                usual={documentDefaults}
                changed={documentsChanged(settings)}
              >
                <DocumentSettings settings={settings} />
              </Section>
            )}
            {open.has('downloads') && <DownloadSettings />}
            {open.has('storage') && <StorageSettings settings={settings} />}
            {open.has('chats') && (
              <Section id="chats" title={text.settingsChats}>
                <ChatsSettings />
              </Section>
            )}
            {open.has('shortcuts') && (
              <Section
                id="shortcuts"
                title={text.shortcuts}
                usual={{ shortcuts: {}, shortcutsOn: true }}
                changed={Object.keys(settings.shortcuts).length > 0 || !settings.shortcutsOn}
              >
                <ShortcutSettings settings={settings} />
              </Section>
            )}
            {open.has('about') && <About />}
            {open.size === 0 && <p className="muted">{text.noSetting(query.trim())}</p>}
          </>
        )}
      </div>
    </main>
  )
}

function Section(props: {
  id: SectionId
  title: string
  /** What its values are before anybody changes them. */
  usual?: Partial<Settings>
  changed?: boolean
  children: ReactNode
}): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const id = useId()
  const { usual } = props
  return (
    <section className="settings-section" aria-labelledby={id} data-section={props.id}>
      <div className="section-head">
        <h2 id={id} tabIndex={-1}>
          {props.title}
        </h2>
        {usual !== undefined && props.changed === true && (
          <button
            type="button"
            className="button button-quiet button-small"
            aria-label={text.resetSection(props.title)}
            onClick={() => void store.getState().changeSettings(usual)}
          >
            <RotateCcw aria-hidden size={14} />
            {text.reset}
          </button>
        )}
      </div>
      <div className="card">{props.children}</div>
    </section>
  )
}

function Appearance({ settings }: { settings: Settings }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  return (
    <Section
      id="appearance"
      title={text.settingsAppearance}
      usual={{ theme: 'system', language: 'system' }}
      changed={settings.theme !== 'system' || settings.language !== 'system'}
    >
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
  return (
    <Section
      id="model"
      title={text.settingsModel}
      usual={{ loadLastModel: true, threads: null }}
      changed={!settings.loadLastModel || settings.threads !== null}
    >
      <SwitchField
        label={text.loadLastModel}
        hint={text.loadLastModelHint}
        checked={settings.loadLastModel}
        onChange={(loadLastModel) => void store.getState().changeSettings({ loadLastModel })}
      />
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
    <Section
      id="storage"
      title={text.settingsStorage}
      usual={{ snapshotBudgetBytes: 2 * GIGABYTE, backgroundReading: true }}
      changed={settings.snapshotBudgetBytes !== 2 * GIGABYTE || !settings.backgroundReading}
    >
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
      <DataFolderRow />
      <SelectField
        label={text.snapshotBudget}
        hint={text.snapshotBudgetHint}
        value={String(settings.snapshotBudgetBytes)}
        options={budgets.map((bytes) => [String(bytes), format.gigabytes(bytes)])}
        onChange={(bytes) => void store.getState().changeSettings({ snapshotBudgetBytes: Number(bytes) })}
      />
      <SwitchField
        label={text.backgroundReading}
        hint={text.backgroundReadingHint}
        checked={settings.backgroundReading}
        onChange={(backgroundReading) => void store.getState().changeSettings({ backgroundReading })}
      />
    </Section>
  )
}

function About(): ReactElement {
  const { text } = useLanguage()
  const info = useApp((state) => state.info)
  return (
    <Section id="about" title={text.settingsAbout}>
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
