// npm run dev [-- OPTIONS]: the window with hot reload in front of the headless host. Vite serves the window and passes
// calls, events and files on to a host of its own, with that host's session; a change of the main process restarts that
// host.
import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { buildApp } from './build-app.mjs'
import { prepareNode } from './install.mjs'
import { applicationBuild, buildNative } from './native.mjs'
import { root, runScript, say } from './project.mjs'

/** @typedef {{ origin: string, cookie: string, stop: () => Promise<void> }} Host */

const readyLine = /^Roost ready: (http:\/\/[^/]+)\/\?token=(\S+)$/m

/** @param {string} port @returns {Promise<Host>} */
function startHost(port) {
  const options = ['--no-open', ...process.argv.slice(2), '--port', port]
  const child = spawn(process.execPath, [join(root, 'dist', 'main', 'headless.js'), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  // Vite ends this process by itself on a signal.
  process.once('exit', () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    let output = ''
    child.on('error', reject)
    child.on('close', (code) => reject(new Error(`The host ended with status ${code}.`)))
    child.stdout.on('data', async (data) => {
      output += String(data)
      const ready = readyLine.exec(output)
      if (ready === null) return
      output = ''
      const [, origin = '', token = ''] = ready
      const answer = await fetch(`${origin}/?token=${token}`, { redirect: 'manual' })
      const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
      resolve({
        origin,
        cookie,
        stop: async () => {
          child.kill('SIGTERM')
          await ended
        },
      })
    })
  })
}

await runScript(async () => {
  if (!(await prepareNode())) return Number(process.exitCode ?? 0)
  await buildNative(applicationBuild)
  await buildApp()
  const told = new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  let host = await startHost('0')

  const { createServer } = await import('vite')
  // Not above: an older Node, which only brings the newer one, reads no TypeScript.
  const { CALL_PATH, DOWNLOAD_PATH, EVENTS_PATH, UPLOAD_PATH } = await import('../contract/bridge.ts')
  const hostPaths = [CALL_PATH, EVENTS_PATH, UPLOAD_PATH, DOWNLOAD_PATH]
  const passOn = {
    target: host.origin,
    changeOrigin: true,
    /** @param {{ on: (event: 'proxyReq', listener: (request: import('node:http').ClientRequest) => void) => void }} proxy */
    configure: (proxy) => {
      proxy.on('proxyReq', (request) => {
        request.setHeader('Host', new URL(host.origin).host)
        request.setHeader('Origin', host.origin)
        request.setHeader('Cookie', host.cookie)
      })
    },
  }
  const server = await createServer({
    configFile: join(root, 'renderer', 'vite.config.ts'),
    server: { host: '127.0.0.1', proxy: Object.fromEntries(hostPaths.map((path) => [path, passOn])) },
  })
  await server.listen()
  server.printUrls()

  /** @type {NodeJS.Timeout | undefined} */
  let waiting
  /** One after the other; the end waits for the last. */
  let restarting = Promise.resolve()
  const restart = async () => {
    await host.stop()
    try {
      await buildApp()
    } catch (error) {
      say(String(error)) // the code does not build at this moment: the last build goes on serving
    }
    host = await startHost(new URL(host.origin).port) // the port that the proxy knows
    say('The host runs the new code.')
  }
  const watcher = watch(join(root, 'electron'), { recursive: true }, (_event, file) => {
    if (!/\.ts$/.test(String(file)) || /\.test\.ts$/.test(String(file))) return
    clearTimeout(waiting)
    waiting = setTimeout(() => {
      restarting = restarting.then(restart).catch((error) => say(String(error)))
    }, 300)
  })
  await told
  watcher.close()
  clearTimeout(waiting)
  await restarting
  await server.close()
  await host.stop()
})
