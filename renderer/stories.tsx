// Every state of the window on a scripted host: `stories.html?story=table&theme=dark&language=zh`. For looking at it and
// for tests; not part of the application.
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { StandInHost } from './bridge/stand-in.ts'
import { isStoryName, storyScript } from './stories/scripts.ts'
import { createWindow } from './state/create-window.ts'
import './styles/styles.ts'

const wanted = new URLSearchParams(location.search)
const name = wanted.get('story') ?? 'empty'
const root = document.getElementById('root')
if (root === null || !isStoryName(name)) throw new Error(`there is no story ${name}`)

const host = new StandInHost(
  storyScript(name, {
    theme: wanted.get('theme') === 'dark' ? 'dark' : 'light',
    language: wanted.get('language') === 'zh' ? 'zh' : 'en',
  }),
)
const context = createWindow(host)
createRoot(root).render(<App context={context} />)
Object.assign(globalThis, { story: { host, ...context } })
