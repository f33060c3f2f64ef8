/** The tokens of one turn exactly as the model was fed them. History is never tokenised again while these fit. */
export interface TurnTokens {
  /** Tokens of different tokenizers cannot be mixed. */
  readonly tokenizer: string
  /** Name of the chat template that shaped the prompt. */
  readonly template: string
  /** Hash of the system prompt in force at the beginning of the path; '' without one. */
  readonly system: string
  /** From the end of the parent's state to the place where the answer begins. */
  readonly prompt: Uint32Array
  /** Generated and fed: the state after this answer stands exactly behind them. */
  readonly answer: Uint32Array
  /** Text that `answer` carries beyond the message's text: the beginning of the turn separator. */
  readonly tail: string
}
