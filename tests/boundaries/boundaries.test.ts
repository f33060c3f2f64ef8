import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cruiser = `${root}/node_modules/dependency-cruiser/bin/dependency-cruiser.mjs`
const config = 'tests/boundaries/dependency-cruiser.cjs'

interface Report {
  modules: { source: string }[]
  summary: { violations: { rule: { name: string }; from: string; to: string }[] }
}

async function cruise(paths: string[], base = ''): Promise<Report> {
  const run = promisify(execFile)(
    process.execPath,
    [cruiser, '--config', config, '--output-type', 'json', ...paths],
    {
      cwd: root,
      env: { ...process.env, ROOST_BOUNDARY_BASE: base },
      maxBuffer: 256 * 1024 * 1024,
    },
  )
  // Violations make the exit status non-zero; the report is on standard output all the same.
  const { stdout } = await run.catch((failure: unknown) => {
    if (
      failure instanceof Error &&
      'stdout' in failure &&
      typeof failure.stdout === 'string' &&
      failure.stdout !== ''
    ) {
      return { stdout: failure.stdout }
    }
    throw new Error('dependency-cruiser did not run', { cause: failure })
  })
  return JSON.parse(stdout) as Report
}

describe('import boundaries', () => {
  test('nothing imports what it may not know, and there is no cycle', async () => {
    const report = await cruise(['electron', 'renderer'])
    const found = report.summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`)
    expect(found).toEqual([])
    // A checker that does not know the compiler reads nothing and passes.
    const ours = report.modules.filter((m) => /^(electron|renderer)\/.*\.tsx?$/.test(m.source))
    expect(ours.length).toBeGreaterThan(40)
  })

  test('every rule reports its planted offence', async () => {
    const base = 'tests/boundaries/offences/'
    const report = await cruise([base], base)
    const reported = new Set(report.summary.violations.map((v) => v.rule.name))
    const source = readFileSync(new URL('./dependency-cruiser.cjs', import.meta.url), 'utf8')
    const rules = [...source.matchAll(/name: '([a-z-]+)'/g)].map((m) => m[1])
    expect(rules.length).toBeGreaterThan(8)
    expect(rules.filter((rule) => !reported.has(String(rule)))).toEqual([])
  })
})
