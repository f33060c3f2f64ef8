// The Chinese words for the forms that models are spoken to in.
import type { TemplateWords } from './en-templates.ts'

export const templateWordsZh: TemplateWords = {
  templateLabel: '对话格式',
  templateRecommended: (name) => `按模型推荐（${name}）`,
  templateHint: '对该模型的所有对话生效。以其他格式开始的对话会重新阅读一次。',
}
