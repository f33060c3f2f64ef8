// Words for the forms that models are spoken to in.
import type { ErrorDetail } from '../../electron/contract/errors.ts'

export const templateWords = {
  templateLabel: 'Conversation format',
  templateRecommended: (name: string) => `As the model suggests (${name})`,
  templateHint: 'For this model, in every chat. A chat begun in another format is read once more.',
}

export type TemplateWords = typeof templateWords

const reason = ({ reason }: ErrorDetail): string => (typeof reason === 'string' ? `${reason} ` : '')

export const templateErrors = {
  templates_unusable: (d: ErrorDetail) => ({
    title: 'Your own chat formats are not used',
    body: `${reason(d)}The formats that come with Roost are used instead; your file was not changed.`,
  }),
}
