import { useEffect, useState } from 'react'

const LOOK_EVERY_MS = 60_000

/** A time of today; it changes when the day does, so that "Today" does not grow stale in a window left open. */
export function useToday(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => {
      setNow((before) =>
        new Date(before).toDateString() === new Date().toDateString() ? before : Date.now(),
      )
    }, LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  return now
}
