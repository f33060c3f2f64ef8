// The Chinese words for the forms that models are spoken to in.
import type { ErrorDetail } from '../../electron/contract/errors.ts'
import type { TemplateWords, templateErrors } from './en-templates.ts'

export const templateWordsZh: TemplateWords = {
  templateLabel: '对话格式',
  templateRecommended: (name) => `按模型推荐（${name}）`,
  templateHint: '对该模型的所有对话生效。以其他格式开始的对话会重新阅读一次。',
}

const reason = ({ reason }: ErrorDetail): string => (typeof reason === 'string' ? `${reason} ` : '')

export const templateErrorsZh: typeof templateErrors = {
  templates_unusable: (d) => ({
    title: '未使用你自己的对话格式',
    body: `${reason(d)}现在使用 Roost 自带的格式；你的文件没有被更改。`,
  }),
}
