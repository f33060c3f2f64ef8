// The browser's file chooser, where the system's dialog of the application is not there.

/** Has to be called while a click is being handled. Never settles when the person cancels in an old browser. */
export function pickFiles(): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = true
    input.hidden = true
    // Part of the page, or it may be collected before anything was chosen.
    document.body.append(input)
    const end = (): void => {
      resolve([...(input.files ?? [])])
      input.remove()
    }
    input.addEventListener('change', end, { once: true })
    input.addEventListener('cancel', end, { once: true })
    input.click()
  })
}
