// Beside the chat: its parameters, the sources of its answers, its memory.
import { X } from 'lucide-react'
import { Tabs } from 'radix-ui'
import type { ReactElement } from 'react'
import { IconButton } from '../shared/icon-button.tsx'
import type { PanelTab } from '../state/app-state.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { MemoryTab } from './memory-tab.tsx'
import { ParametersTab } from './parameters-tab.tsx'
import { SourcesTab } from './sources-tab.tsx'

export function SidePanel(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const tab = useApp((state) => state.panelTab)
  return (
    <aside className="side-panel" aria-label={text.sidePanel}>
      <Tabs.Root
        className="panel-tabs"
        value={tab}
        onValueChange={(next) => store.getState().patchView({ panelTab: next as PanelTab })}
      >
        <div className="panel-head">
          <Tabs.List className="panel-tab-list" aria-label={text.sidePanel}>
            <Tabs.Trigger className="panel-tab" value="parameters">
              {text.tabParameters}
            </Tabs.Trigger>
            <Tabs.Trigger className="panel-tab" value="sources">
              {text.tabSources}
            </Tabs.Trigger>
            <Tabs.Trigger className="panel-tab" value="memory">
              {text.tabMemory}
            </Tabs.Trigger>
          </Tabs.List>
          <IconButton
            label={text.hidePanel}
            icon={X}
            onClick={() => store.getState().patchView({ panelOpen: false })}
          />
        </div>
        <Tabs.Content className="panel-content" value="parameters">
          <ParametersTab />
        </Tabs.Content>
        <Tabs.Content className="panel-content" value="sources">
          <SourcesTab />
        </Tabs.Content>
        <Tabs.Content className="panel-content panel-memory" value="memory">
          <MemoryTab />
        </Tabs.Content>
      </Tabs.Root>
    </aside>
  )
}
