// node native/tools/fuzz/run-all.mjs --build BUILD --work FOLDER [--seconds 1800] [--parallel 2] [--nice 19] [TARGET...]
// The long runs of fuzzing: every parser gets so many seconds of *processor* time, whatever else the machine does; the
// time on the clock says nothing on a machine that others use. BUILD holds roost-fuzz (docs/fuzzing.md has the commands).
//
// FOLDER keeps everything: corpora, logs, findings, and results.json. Whoever comes again goes on where the last run
// ended: a target that had its seconds is left out, unless the program is another one by now (--fresh begins anew).
// An interruption (Ctrl+C) ends the running targets in order and writes down what they had.
//
// --slice N gives the targets N seconds each in turn until all have theirs. --group FOLDER writes the process id of each
// running fuzzer to FOLDER/fuzz-TARGET.pid, for those who want to stop them for a while.
// Exit status: 0 nothing was found, 1 something was, 2 wrong usage.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'

/** Those that meet strangers' bytes first come first. The longest inputs: past them there is only more of the same. */
const targets = {
  pickle: 8192,
  zip: 16_384,
  safetensors: 16_384,
  gguf: 16_384,
  snapshot: 4096,
  vocabulary: 4096,
  pth: 12_000,
  json: 4096,
  index: 4096,
  bpe: 4096,
  state: 8192,
  tokens: 4096,
  npy: 1024,
}
const memoryMiB = 2048
/** What was freed is kept for a while to see uses of it; the usual 256 MiB cost more time than they find. */
const sanitizer = 'quarantine_size_mb=32:malloc_context_size=10'
/** Clock ticks of /proc/PID/stat in a second, on every Linux. */
const ticks = 100

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    build: { type: 'string' },
    work: { type: 'string' },
    seconds: { type: 'string', default: '1800' },
    slice: { type: 'string' },
    parallel: { type: 'string', default: '2' },
    nice: { type: 'string', default: '19' },
    group: { type: 'string' },
    fresh: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)
const slice = Number(values.slice ?? seconds)
const parallel = Number(values.parallel)
const program = values.build === undefined ? '' : join(values.build, 'bin/roost-fuzz')
const unknown = positionals.filter((name) => !(name in targets))
if (!existsSync(program) || values.work === undefined || !(seconds > 0 && slice > 0 && parallel >= 1) || unknown.length > 0) {
  process.stderr.write(
    `run-all: give --build (with bin/roost-fuzz, built with clang) and --work; targets: ${Object.keys(targets).join(' ')}\n`,
  )
  process.exit(2)
}
if (process.platform !== 'linux') {
  process.stderr.write('run-all: processor time is read from /proc, which only Linux has\n')
  process.exit(2)
}

const work = values.work
const wanted = positionals.length > 0 ? positionals : Object.keys(targets)
const place = (...parts) => {
  const path = join(work, ...parts)
  mkdirSync(join(path, '..'), { recursive: true })
  return path
}
execFileSync(`${program}-seeds`, [place('seeds')])
const programHash = createHash('sha256').update(readFileSync(program)).digest('hex').slice(0, 16)

// ---- what was done ----

const resultsFile = place('results.json')
const results = !values.fresh && existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : {}
for (const name of Object.keys(targets)) {
  if (results[name]?.program !== programHash) {
    results[name] = { program: programHash, seconds: 0, executions: 0, sessions: 0, findings: [], coverage: 0, corpus: 0 }
  }
}
const save = () => {
  writeFileSync(`${resultsFile}.part`, JSON.stringify(results, null, 1))
  renameSync(`${resultsFile}.part`, resultsFile)
}
const say = (text) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)

// ---- one session of one target ----

/** User and system seconds of a process; null once it is gone. */
function processorSeconds(pid) {
  try {
    // The name, in parentheses, may hold anything; the fields count from behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticks
  } catch {
    return null
  }
}

/** Both kinds of priority: between sessions the scheduler looks at the group's alone. */
function yieldToOthers(pid) {
  const nice = Number(values.nice)
  try {
    setPriority(pid, nice)
    writeFileSync(`/proc/${pid}/autogroup`, String(nice))
  } catch {
    // Not every kernel groups processes, and the process may have ended.
  }
}

let interrupted = false
const running = new Map()

async function session(name, share) {
  const result = results[name]
  const corpus = place('corpus', name)
  mkdirSync(corpus, { recursive: true })
  const log = place('logs', `${name}-${String(result.sessions)}.log`)
  const out = openSync(log, 'w')
  const options = [
    `-max_len=${targets[name]}`,
    `-rss_limit_mb=${memoryMiB}`,
    // Of time on the clock. roost-fuzz itself ends what takes two seconds of processor time.
    '-timeout=3600',
    '-report_slow_units=3600',
    // Looking at compared values finds what lies behind them, and halves the speed: every other session does.
    `-use_value_profile=${result.sessions % 2}`,
    '-print_final_stats=1',
    '-detect_leaks=1',
    `-artifact_prefix=${place('findings', `${name}-`)}`,
    `-dict=${place('seeds', `${name}.dict`)}`,
  ]
  const child = spawn(program, [...options, corpus, place('seeds', name)], {
    detached: true, // a session and a process group of its own
    env: { ASAN_OPTIONS: sanitizer, ...process.env, ROOST_FUZZ_TARGET: name },
    stdio: ['ignore', out, out],
  })
  closeSync(out)
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  yieldToOthers(child.pid)
  const note = values.group === undefined ? null : join(values.group, `fuzz-${name}.pid`)
  if (note !== null) writeFileSync(note, `${child.pid}\n`)
  running.set(name, child)

  let used = 0
  let over = false
  for (;;) {
    const now = processorSeconds(child.pid)
    if (now !== null) used = Math.max(used, now)
    if (!over && (used >= share || interrupted)) {
      over = true
      child.kill('SIGINT') // libFuzzer ends in order, with its figures
    }
    const end = await Promise.race([ended, pause(1000, null)])
    if (end === null) continue
    running.delete(name)
    if (note !== null) rmSync(note, { force: true })
    return record(name, used, over, end, log)
  }
}

function record(name, used, over, end, log) {
  const result = results[name]
  const text = readFileSync(log, 'utf8')
  const number = (pattern) => Number(text.match(pattern)?.at(-1) ?? 0)
  const executions = number(/stat::number_of_executed_units:\s+(\d+)/)
  const coverage = [...text.matchAll(/ cov: (\d+)/g)].at(-1)
  result.seconds = Math.round((result.seconds + used) * 10) / 10
  result.executions += executions
  result.sessions += 1
  result.coverage = Math.max(result.coverage, Number(coverage?.[1] ?? 0))
  result.corpus = readdirSync(join(work, 'corpus', name)).length
  // Whoever stopped the process for a while made units slow that are not: those are no findings.
  const artifact = text.match(/Test unit written to (\S*(?:crash|oom|timeout|leak)-\w+)/)?.[1]
  const bad = !over || artifact !== undefined
  if (bad) {
    const summary = text.match(/SUMMARY: (.*)/)?.[1] ?? `ended by itself (${end.signal ?? end.code})`
    result.findings.push({ summary, artifact: artifact ?? null, log })
  }
  save()
  const perSecond = used > 0 ? Math.round(executions / used) : 0
  say(
    `${name}: ${used.toFixed(0)} s of processor time, ${executions} executions (${perSecond}/s), ` +
      `coverage ${result.coverage}, corpus ${result.corpus}${bad ? `, FINDING: ${result.findings.at(-1).summary}` : ''}`,
  )
}

/** Keeps of a corpus only what adds coverage; the time for it is not counted. */
function merge(name) {
  const corpus = join(work, 'corpus', name)
  const smaller = place('corpus', `${name}.merged`)
  rmSync(smaller, { recursive: true, force: true })
  mkdirSync(smaller)
  const options = ['-merge=1', `-max_len=${targets[name]}`, `-rss_limit_mb=${memoryMiB}`, '-timeout=3600']
  try {
    execFileSync(program, [...options, smaller, corpus, join(work, 'seeds', name)], {
      env: { ...process.env, ROOST_FUZZ_TARGET: name },
      stdio: 'ignore',
    })
  } catch (error) {
    say(`${name}: its corpus was not merged (${String(error.message).split('\n')[0]})`)
    rmSync(smaller, { recursive: true, force: true })
    return
  }
  rmSync(corpus, { recursive: true })
  renameSync(smaller, corpus)
  results[name].corpus = readdirSync(corpus).length
  save()
}

// ---- all of them ----

const queue = wanted.filter((name) => results[name].seconds < seconds && results[name].findings.length === 0)
const stop = () => {
  interrupted = true
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)

async function worker() {
  for (let name = queue.shift(); name !== undefined && !interrupted; name = queue.shift()) {
    const left = seconds - results[name].seconds
    await session(name, Math.min(slice, left))
    if (results[name].findings.length > 0) continue // first the mend
    if (results[name].seconds < seconds) queue.push(name)
    else if (!interrupted) merge(name)
  }
}
say(`${queue.length} targets, ${seconds} s of processor time each, ${parallel} at a time; program ${programHash}`)
await Promise.all(Array.from({ length: parallel }, worker))

let found = 0
for (const name of wanted) {
  const { seconds: had, executions, coverage, corpus, findings } = results[name]
  found += findings.length
  say(
    `${name.padEnd(12)} ${had.toFixed(0).padStart(6)} s ${String(executions).padStart(12)} executions, ` +
      `coverage ${coverage}, corpus ${corpus}, ${findings.length} findings`,
  )
}
process.exit(found > 0 ? 1 : 0)
