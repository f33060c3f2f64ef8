// How one row of a table of calls is written.
import { z } from 'zod'
import { idSchema } from './entities.ts'

/** The schema checks the input on the main side; `output` is only a type. */
export function call<Output>() {
  return <S extends z.ZodType>(input: S) => ({ input, output: undefined as unknown as Output })
}

export const none = z.strictObject({})
export const conversation = z.strictObject({ conversation: idSchema })
export const message = z.strictObject({ conversation: idSchema, message: idSchema })
