// npm test: everything that needs no GPU, no display and no network once the packages are there. Installs, builds, runs
// the steps one after the other, and ends with a table and the line "N passed, N failed".
//
// --only a,b   runs these steps alone, in the order below; native:asan runs only when it is named
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { findChromium } from './browsers.mjs'
import { buildApp } from './build-app.mjs'
import { prepareNode } from './install.mjs'
import { applicationBuild, buildNative, sanitizedBuild, wholeBuild } from './native.mjs'
import { Problem, root, run, runPackage, runScript, say } from './project.mjs'

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {string} [note] why it did not run
 */

/** A step that counts as one test. @param {boolean} good @returns {Outcome} */
const single = (good) => (good ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

/** @type {Record<string, () => Promise<Outcome>>} */
const steps = {
  format: async () => {
    const layout = await runPackage('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.'])
    const native = await run(process.execPath, [join(root, 'electron', 'launch', 'clang-format.mjs')])
    return single(layout.status === 0 && native.status === 0)
  },
  lint: async () => single((await runPackage('eslint/bin/eslint.js', ['.'])).status === 0),
  types: async () =>
    single((await run(process.execPath, [join(root, 'electron', 'launch', 'types.mjs')])).status === 0),
  boundaries: () => vitest('boundaries', ['tests/boundaries']),
  native: async () => {
    await buildNative(wholeBuild)
    return ctest(wholeBuild.folder)
  },
  'native:asan': async () => {
    await buildNative(sanitizedBuild)
    return ctest(sanitizedBuild.folder)
  },
  unit: async () => {
    await buildNative(wholeBuild) // the addon and the command-line program have tests in TypeScript
    const elsewhere = ['tests/boundaries', 'tests/e2e', 'tests/faults']
    return vitest(
      'unit',
      elsewhere.flatMap((folder) => ['--exclude', `${folder}/**`]),
    )
  },
  e2e: () => inBrowser('e2e', 'tests/e2e'),
  faults: async () => {
    await buildNative(applicationBuild)
    await buildApp()
    return vitest('faults', ['tests/faults', '--no-file-parallelism', '--testTimeout=300000'])
  },
}

/** @param {string} name @param {string} folder @returns {Promise<Outcome>} */
async function inBrowser(name, folder) {
  const chromium = findChromium()
  if (chromium === null) {
    const note = 'no Chromium, Chrome or Edge found; set CHROMIUM_PATH'
    say(`${name}: not run: ${note}`)
    // A machine that is set up for testing must have one; elsewhere a missing browser is no fault of the code.
    return process.env.CI === undefined ? { passed: 0, failed: 0, note } : { passed: 0, failed: 1, note }
  }
  await buildNative(applicationBuild)
  await buildApp()
  // Whole applications on a machine that may be busy: slow is no fault here.
  return vitest(name, [folder, '--no-file-parallelism', '--testTimeout=180000'], { CHROMIUM_PATH: chromium })
}

/** @param {string} name @param {string[]} args @param {Record<string, string>} [env] @returns {Promise<Outcome>} */
async function vitest(name, args, env = {}) {
  const report = join(root, 'tests', 'output', `${name}.json`)
  mkdirSync(join(root, 'tests', 'output'), { recursive: true })
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const fixed = ['run', '--config', 'tests/vitest.config.ts', ...reporters]
  const { status } = await runPackage('vitest/vitest.mjs', [...fixed, ...args], { env })
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
  // A file that does not load, or an error between the tests, fails the run without failing a test.
  return { passed: numPassedTests, failed: status === 0 ? numFailedTests : Math.max(1, numFailedTests) }
}

/** @param {string} folder @returns {Promise<Outcome>} */
async function ctest(folder) {
  const args = ['--test-dir', folder, '--output-on-failure', '--no-tests=error', '-C', 'Release']
  const { status, output } = await run('ctest', args, { capture: true })
  process.stderr.write(output)
  const counts = /(\d+) tests? failed out of (\d+)/.exec(output)
  if (counts === null) return single(false)
  const failed = Number(counts[1])
  return { passed: Number(counts[2]) - failed, failed: status === 0 ? failed : Math.max(1, failed) }
}

/** @returns {string[]} names of steps, in their order */
function chosenSteps() {
  const only = process.argv.indexOf('--only')
  const names = Object.keys(steps)
  if (only === -1) return names.filter((name) => name !== 'native:asan')
  const wanted = (process.argv[only + 1] ?? '').split(',')
  const unknown = wanted.filter((name) => !names.includes(name))
  if (unknown.length > 0) {
    throw new Problem(`No step is called "${unknown.join(', ')}"; there are: ${names.join(', ')}.`)
  }
  return names.filter((name) => wanted.includes(name))
}

await runScript(async () => {
  if (!(await prepareNode())) return Number(process.exitCode ?? 0)
  const chosen = chosenSteps()
  /** @type {{ name: string, seconds: number, outcome: Outcome }[]} */
  const results = []
  for (const name of chosen) {
    say(`\n== ${name}`)
    const began = performance.now()
    /** @type {Outcome} */
    let outcome
    try {
      outcome = (await steps[name]?.()) ?? single(false)
    } catch (error) {
      say(error instanceof Problem ? error.message : String(error instanceof Error ? error.stack : error))
      outcome = single(false)
    }
    results.push({ name, seconds: (performance.now() - began) / 1000, outcome })
  }

  let passed = 0
  let failed = 0
  process.stdout.write('\nstep          passed  failed   seconds\n')
  for (const { name, seconds, outcome } of results) {
    passed += outcome.passed
    failed += outcome.failed
    const counts = `${String(outcome.passed).padStart(6)}  ${String(outcome.failed).padStart(6)}`
    const note = outcome.note === undefined ? '' : `  not run: ${outcome.note}`
    process.stdout.write(`${name.padEnd(12)}  ${counts}  ${seconds.toFixed(1).padStart(8)}${note}\n`)
  }
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  return failed === 0 ? 0 : 1
})
