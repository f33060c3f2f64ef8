// Whatever changes a conversation happens one after the other; conversations do not wait for each other.
export class TurnQueue {
  readonly #last = new Map<string, Promise<unknown>>()

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    const settled = mine.then(
      () => undefined,
      () => undefined, // whoever called has the error
    )
    this.#last.set(key, settled)
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key)
    })
    return mine
  }

  /** When everything asked so far is done. */
  async idle(): Promise<void> {
    await Promise.all(this.#last.values())
  }
}
