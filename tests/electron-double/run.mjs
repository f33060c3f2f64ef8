// node run.mjs MAIN [WORDS]: runs the main process MAIN with the double in place of 'electron'. As Electron does, it tells
// the application that it is ready only after MAIN has been evaluated to its end.
import { registerHooks } from 'node:module'
import process from 'node:process'
import { pathToFileURL } from 'node:url'

const double = new URL('./electron.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier === 'electron/main'
      ? { url: double, shortCircuit: true }
      : next(specifier, context),
})

process.argv.splice(1, 1)
const { entryIsEvaluated } = await import(double)
await import(pathToFileURL(process.argv[1] ?? '').href)
entryIsEvaluated()
