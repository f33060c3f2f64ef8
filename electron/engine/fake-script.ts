// What a test may ask of the fake engine, and what it writes down about its calls.
import type { ErrorCode } from '../contract/errors.ts'
import type { MachineReport } from './engine.ts'

export type FakeOperation =
  | 'inspect'
  | 'load'
  | 'tokenize'
  | 'detokenize'
  | 'openSession'
  | 'inspectTunedState'
  | 'restoreTunedState'
  | 'distribution'
  | 'score'
  | 'generate'
  | 'fork'
  | 'snapshot'
  | 'restore'
  | 'machine'
  | 'selfTest'
  | 'measureBandwidth'
  | 'bench'
  | 'convertModel'

/** What the fake does, changeable at any time. Every hook may be asynchronous (to hold an operation) or throw a RoostError. */
export interface FakeScript {
  /** Everything the session has read and said so far -> the text that follows it. Default: echo(). */
  respond: (textSoFar: string) => string
  /** Prompt tokens per step of the prefill. */
  prefillChunk: number
  /** Waits before each prefill step and each token; 0 still lets the event loop turn. Milliseconds. */
  prefillStepMs: number
  tokenMs: number
  loadMs: number
  convertMs: number
  machine: MachineReport
  /** Instruction sets and devices whose kernels give wrong numbers. */
  wrongIsas: readonly string[]
  /** Devices on which no model can be loaded, and why not. */
  refusingDevices: Readonly<Record<string, ErrorCode>>
  /** Bytes per second. */
  bandwidth: number
  /** Each run of a measurement takes so long. */
  benchRunMs: number
  beforePrefillStep?: (done: number, total: number) => Promise<void> | void
  /** index counts the generated tokens of this call from 0. */
  beforeToken?: (index: number) => Promise<void> | void
  /** Runs before each operation, after its arguments were checked. */
  before?: (operation: FakeOperation) => Promise<void> | void
}

/** One line per call, for assertions about what was read and what was resumed. */
export interface FakeCall {
  operation: FakeOperation | 'close'
  /** generate, score: tokens fed, as text. tokenize: the text. inspect, load, inspectTunedState, restoreTunedState: the
   *  path; convertModel: both; openSession: that of its tuned state or ''. */
  text: string
}
