// The frame of the window: sidebar, header, page, and what lies above them.
import { PanelLeft, PanelRight } from 'lucide-react'
import { Tooltip } from 'radix-ui'
import { useEffect, useLayoutEffect, useMemo } from 'react'
import type { ReactElement } from 'react'
import { ChatPage } from './chat/chat-page.tsx'
import { RefreshDialog } from './chat/refresh-dialog.tsx'
import { TunedStateMark } from './chat/tuned-state-mark.tsx'
import { ChatPanels } from './chat/chat-panels.tsx'
import { EngineStatus } from './chat/engine-status.tsx'
import { PersonasDialog } from './chat/personas-dialog.tsx'
import { Rail } from './chat/rail.tsx'
import { DocumentsPage } from './documents/documents-page.tsx'
import { DropOverlay } from './documents/drop-overlay.tsx'
import { SourceDialog } from './documents/source-dialog.tsx'
import { SourcePicker } from './documents/source-picker.tsx'
import { FileBrowser } from './models/file-browser.tsx'
import { ModelPicker } from './models/model-picker.tsx'
import { ModelsPage } from './models/models-page.tsx'
import { SettingsPage } from './settings/settings-page.tsx'
import { Banner } from './shared/banner.tsx'
import { IconButton } from './shared/icon-button.tsx'
import { LinkDialog } from './shared/link-dialog.tsx'
import { Notices } from './shared/notices.tsx'
import { Palette } from './shared/palette.tsx'
import { Spinner } from './shared/progress.tsx'
import { RoostMark } from './shared/roost-mark.tsx'
import { runBound } from './shared/commands.ts'
import { commandOf } from './shared/shortcuts.ts'
import { useKeys } from './shared/use-keys.ts'
import { useNarrow } from './shared/use-narrow.ts'
import { AppProvider, useApp, useAppStore } from './state/use-app.ts'
import type { AppContextValue } from './state/use-app.ts'
import { LanguageProvider, chooseLanguage, errorWords, useLanguage } from './text/language.ts'

export function App(props: { context: AppContextValue }): ReactElement {
  return (
    <AppProvider value={props.context}>
      <Localised />
    </AppProvider>
  )
}

function Localised(): ReactElement {
  const preference = useApp((state) => state.settings?.language ?? 'system')
  const locale = useApp((state) => state.info?.locale ?? navigator.language)
  const theme = useApp((state) => state.settings?.theme ?? 'system')
  const language = useMemo(() => chooseLanguage(preference, locale), [preference, locale])
  useLayoutEffect(() => {
    document.documentElement.lang = language.tag
  }, [language])
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  return (
    <LanguageProvider value={language}>
      <Tooltip.Provider delayDuration={500} skipDelayDuration={200}>
        <Frame />
      </Tooltip.Provider>
    </LanguageProvider>
  )
}

function Frame(): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const phase = useApp((state) => state.startPhase)
  const problem = useApp((state) => state.startProblem)
  useShortcuts()
  useTitle()

  if (phase !== 'ready') {
    return (
      <div className="start-screen">
        <RoostMark size={56} />
        {phase === 'starting' || problem === null ? (
          <p className="muted">
            <Spinner /> {text.starting}
          </p>
        ) : (
          <Banner
            tone="error"
            {...errorWords(language, problem.code, problem.detail)}
            action={
              <button type="button" className="button" onClick={() => void store.getState().refresh()}>
                {text.retry}
              </button>
            }
          />
        )}
      </div>
    )
  }
  return <Window />
}

function Window(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const narrow = useNarrow()
  const wideOpen = useApp((state) => state.sidebarOpen)
  const overlayOpen = useApp((state) => state.overlayOpen)
  const page = useApp((state) => state.page)
  const paletteOpen = useApp((state) => state.paletteOpen)
  const panelOpen = useApp((state) => state.panelOpen)
  const personasOpen = useApp((state) => state.personasOpen)
  const linkToOpen = useApp((state) => state.linkToOpen)
  const browserOpen = useApp((state) => state.fileBrowserOpen)
  const pickingSources = useApp((state) => state.sourcePickerOpen)
  const sidebarKeys = useKeys('sidebar')
  const railShown = narrow ? overlayOpen : wideOpen
  const setRail = (open: boolean): void => {
    if (narrow) store.getState().patchView({ overlayOpen: open })
    else void store.getState().toggleSidebar()
  }
  return (
    <div className="window" data-rail={railShown ? (narrow ? 'over' : 'beside') : 'hidden'}>
      {railShown && <Rail onHide={() => setRail(false)} />}
      {railShown && narrow && <div className="rail-shade" aria-hidden onClick={() => setRail(false)} />}
      <div className="stage">
        <ConnectionBanner />
        <header className="header">
          {!railShown && (
            <IconButton
              label={text.showSidebar}
              keys={sidebarKeys}
              icon={PanelLeft}
              onClick={() => setRail(true)}
            />
          )}
          <ModelPicker />
          <TunedStateMark />
          <span className="header-space" />
          <EngineStatus />
          {page === 'chat' && !panelOpen && (
            <IconButton
              label={text.showPanel}
              icon={PanelRight}
              onClick={() => store.getState().patchView({ panelOpen: true })}
            />
          )}
        </header>
        {page === 'chat' && <ChatPage />}
        {page === 'models' && <ModelsPage />}
        {page === 'documents' && <DocumentsPage />}
        {page === 'settings' && <SettingsPage />}
      </div>
      <Notices />
      {browserOpen && <FileBrowser />}
      {paletteOpen && <Palette />}
      <ChatPanels />
      <DropOverlay />
      <RefreshDialog />
      <SourceDialog />
      {pickingSources && <SourcePicker />}
      {personasOpen && <PersonasDialog />}
      {linkToOpen !== null && <LinkDialog url={linkToOpen} />}
    </div>
  )
}

function ConnectionBanner(): ReactElement | null {
  const { text } = useLanguage()
  const store = useAppStore()
  const connection = useApp((state) => state.connection)
  if (connection === 'connected') return null
  return (
    <div className="connection-banner" role="alert">
      <span>{connection === 'lost' ? text.connectionLost : text.connectionRefused}</span>
      {connection === 'lost' && (
        <button type="button" className="link-button" onClick={() => store.getState().reconnect()}>
          {text.reconnect}
        </button>
      )}
    </div>
  )
}

/** The window's title is the chat's. */
function useTitle(): void {
  const { text } = useLanguage()
  const title = useApp((state) =>
    state.page === 'chat' && state.conversation !== null
      ? (state.summaries[state.conversation]?.title ?? '')
      : '',
  )
  useEffect(() => {
    document.title = title === '' ? text.appName : `${title} – ${text.appName}`
  }, [title, text])
}

/** In a narrow window the side panel lies over the chat. */
function panelIsAbove(): boolean {
  const panel = document.querySelector('.side-panel')
  return panel !== null && getComputedStyle(panel).position !== 'static'
}

function useShortcuts(): void {
  const store = useAppStore()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const state = store.getState()
      const command = commandOf(event, state.settings?.shortcuts ?? {})
      if (command === null || event.defaultPrevented) return
      if (command === 'stop') {
        // Esc first closes what lies above; the layers themselves see to that.
        if (document.querySelector('dialog[open], [data-radix-popper-content-wrapper]') !== null) return
        if (state.overlayOpen) state.patchView({ overlayOpen: false })
        else if (state.panelOpen && panelIsAbove()) state.patchView({ panelOpen: false })
        else if (state.page === 'chat' && state.conversation !== null) void state.stop(state.conversation)
        return
      }
      if (state.settings?.shortcutsOn === false) return
      event.preventDefault()
      if (command === 'palette') state.patchView({ paletteOpen: !state.paletteOpen })
      else if (document.querySelector('dialog[open]') === null) runBound(command, store)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [store])
}
