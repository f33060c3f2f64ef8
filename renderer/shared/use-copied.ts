// Copying to the clipboard, with a moment of confirmation.
import { useCallback, useEffect, useState } from 'react'

const SHOWN_MS = 1500

export function useCopied(): [copied: boolean, copy: (text: string) => Promise<void>] {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = useCallback(async (text: string) => {
    setCopied(await copyText(text))
  }, [])
  return [copied, copy]
}

/** True when the clipboard took it. A host may deny the modern way; the old one needs no permission. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // kind: refused. Every permission is denied to the page in some hosts.
    const area = document.createElement('textarea')
    area.value = text
    area.className = 'visually-hidden'
    document.body.append(area)
    area.select()
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the one way that asks for no permission
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}
