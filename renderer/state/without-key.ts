/** The record without one key; the same record when it is not there. */
export function withoutKey<R extends Readonly<Record<string, unknown>>>(record: R, key: string): R {
  if (!Object.hasOwn(record, key)) return record
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key)) as R
}
