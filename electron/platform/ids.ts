import { randomUUID } from 'node:crypto'

/** Version 4: carries no time and no machine. */
export function newId(): string {
  return randomUUID()
}
