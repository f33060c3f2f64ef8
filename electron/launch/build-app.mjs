// The three bundles: main (both doors and the storage worker), preload, and the window. Each only when it is stale.
import process from 'node:process'
import { Problem, runPackage, say } from './project.mjs'
import { clearStamp, hashInputs, isFresh, writeStamp } from './stamps.mjs'

const shared = ['package.json', 'package-lock.json', 'tsconfig.json']
const tests = /\.test\.tsx?$/

const bundles = [
  {
    name: 'main process',
    config: 'electron/launch/vite.main.ts',
    result: 'dist/main/headless.js',
    stamp: 'dist/stamps/main',
    inputs: ['electron', ...shared],
    ignore: /\.test\.ts$|^electron\/launch\/.*\.mjs$/,
  },
  {
    name: 'preload',
    config: 'electron/launch/vite.preload.ts',
    result: 'dist/preload/preload.cjs',
    stamp: 'dist/stamps/preload',
    inputs: [
      'electron/hosts/window/preload',
      'electron/contract',
      'electron/launch/vite.preload.ts',
      ...shared,
    ],
    ignore: tests,
  },
  {
    name: 'window',
    config: 'renderer/vite.config.ts',
    result: 'dist/renderer/index.html',
    stamp: 'dist/stamps/renderer',
    inputs: ['renderer', 'electron/contract', ...shared],
    ignore: tests,
  },
]

/** @param {{ force?: boolean }} [options] */
export async function buildApp(options = {}) {
  for (const bundle of bundles) {
    const hash = hashInputs(bundle.inputs, { ignore: bundle.ignore, also: [process.versions.node] })
    if (options.force !== true && isFresh(bundle.stamp, hash, bundle.result)) continue
    say(`Building the ${bundle.name} ...`)
    clearStamp(bundle.stamp)
    const { status } = await runPackage(
      'vite/bin/vite.js',
      ['build', '--config', bundle.config, '--logLevel', 'warn'],
      { env: { NODE_ENV: 'production' } },
    )
    if (status !== 0) throw new Problem(`The ${bundle.name} could not be built; what vite says stands above.`)
    writeStamp(bundle.stamp, hash)
  }
}
