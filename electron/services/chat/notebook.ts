// One text that a person and a model write in turn, without any form: what the person adds is a question row, what the model
// adds is an answer row, and the state has read nothing but the text itself.
import type { ChatTemplate } from './chat-templates.ts'

/** Its own id: states of a notebook and of a chat are never taken for one another. */
export function notebookTemplate(template: ChatTemplate): ChatTemplate {
  return {
    ...template,
    id: 'notebook',
    system: '{text}',
    turn: '{text}',
    separator: '',
    answerLead: '',
    roles: [],
    clean: 'end',
    replace: {},
    stop: [],
    thinking: null,
  }
}
