// The form that the loaded model is spoken to in. It belongs to the model, not to the chat: every chat with it follows.
import { useEffect } from 'react'
import type { ReactElement } from 'react'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { PanelSelect } from './panel-fields.tsx'

export function TemplateField(): ReactElement | null {
  const { text } = useLanguage()
  const store = useAppStore()
  const engine = useApp((state) => state.engine)
  const templates = useApp((state) => state.templates)
  useEffect(() => {
    void store.getState().openTemplates()
  }, [store])
  if (engine.phase !== 'ready' || templates.length === 0) return null
  const { template, chosen, recommended } = engine.template
  const nameOf = (id: string) => templates.find((one) => one.id === id)?.name ?? id
  return (
    <PanelSelect
      label={text.templateLabel}
      value={chosen ? template.id : ''}
      hint={text.templateHint}
      onChange={(id) => void store.getState().chooseTemplate(engine.model.id, id === '' ? null : id)}
    >
      <option value="">{text.templateRecommended(nameOf(recommended))}</option>
      {templates.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </PanelSelect>
  )
}
