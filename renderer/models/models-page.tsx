// The page of models: the library, the benchmark, the machine.
import { FolderOpen, FolderPlus } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { useEffect } from 'react'
import type { ReactElement } from 'react'
import { Banner } from '../shared/banner.tsx'
import type { ViewState } from '../state/app-state.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'
import { BenchmarkTab } from './benchmark-tab.tsx'
import { CatalogueSection } from './catalogue-section.tsx'
import { DownloadList } from './download-list.tsx'
import { FolderBrowser } from './file-browser.tsx'
import { FolderList } from './folder-list.tsx'
import { HardwareTab } from './hardware-tab.tsx'
import { InstalledModels } from './installed-models.tsx'

const tabs = ['library', 'benchmark', 'hardware'] as const satisfies ViewState['modelsTab'][]

export function ModelsPage(): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const problem = useApp((state) => state.problems.models)
  const tab = useApp((state) => state.modelsTab)
  const browserOpen = useApp((state) => state.folderBrowserOpen)
  const names = { library: text.tabLibrary, benchmark: text.tabBenchmark, hardware: text.tabHardware }
  useEffect(() => {
    void store.getState().openLibrary()
  }, [store])
  return (
    <main className="page">
      <div className="page-inside models-page">
        <header className="page-head">
          <div>
            <h1>{text.models}</h1>
            <p className="muted">{text.modelsIntro}</p>
          </div>
          <div className="page-actions">
            <button type="button" className="button" onClick={() => void store.getState().openModelFolder()}>
              <FolderPlus aria-hidden size={16} />
              {text.addFolder}
            </button>
            <button type="button" className="button" onClick={() => void store.getState().openModelFile()}>
              <FolderOpen aria-hidden size={16} />
              {text.addModelFile}
            </button>
          </div>
        </header>
        {problem !== undefined && (
          <Banner
            tone="error"
            {...errorWords(language, problem.code, problem.detail)}
            onDismiss={() => store.getState().clearProblem('models')}
          />
        )}
        <Tabs.Root
          value={tab}
          onValueChange={(value) => {
            const chosen = tabs.find((one) => one === value)
            if (chosen !== undefined) store.getState().patchView({ modelsTab: chosen })
          }}
        >
          <Tabs.List className="page-tabs" aria-label={text.modelsTabs}>
            {tabs.map((one) => (
              <Tabs.Trigger key={one} value={one} className="page-tab">
                {names[one]}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <Tabs.Content value="library" className="page-panel">
            <DownloadList />
            <InstalledModels />
            <CatalogueSection />
            <FolderList />
          </Tabs.Content>
          <Tabs.Content value="benchmark" className="page-panel">
            <BenchmarkTab />
          </Tabs.Content>
          <Tabs.Content value="hardware" className="page-panel">
            <HardwareTab />
          </Tabs.Content>
        </Tabs.Root>
      </div>
      {browserOpen && <FolderBrowser />}
    </main>
  )
}
