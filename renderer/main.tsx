import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { connectBridge } from './bridge/client.ts'
import { createWindow } from './state/create-window.ts'
import './styles/styles.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no element #root')
createRoot(root).render(<App context={createWindow(connectBridge())} />)
