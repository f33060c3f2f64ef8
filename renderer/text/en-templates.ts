// Words for the forms that models are spoken to in.
export const templateWords = {
  templateLabel: 'Conversation format',
  templateRecommended: (name: string) => `As the model suggests (${name})`,
  templateHint: 'For this model, in every chat. A chat begun in another format is read once more.',
}

export type TemplateWords = typeof templateWords
