// When a running answer is painted: at most once per frame, and when a painting was dear, only after a pause of the same
// order, so that typing and scrolling keep half of the time however long the answer has become.

/** A painting below this needs no pause. */
const CHEAP_MS = 8
const LONGEST_PAUSE_MS = 400
/** A hidden window gets no frames, but its text must not pile up either. */
const HIDDEN_MS = 250

export interface FrameClock {
  now(): number
  hidden(): boolean
  nextFrame(run: () => void): void
  after(milliseconds: number, run: () => void): void
}

export const windowClock: FrameClock = {
  now: () => performance.now(),
  hidden: () => document.hidden,
  nextFrame: (run) => void requestAnimationFrame(run),
  after: (milliseconds, run) => void setTimeout(run, milliseconds),
}

export function createFramePacer(clock: FrameClock): (paint: () => void) => void {
  let resumeAt = 0
  return (paint) => {
    const run = (): void => {
      const start = clock.now()
      paint()
      // The next task runs after React has committed and the browser has laid out and painted.
      clock.after(0, () => {
        const cost = clock.now() - start
        resumeAt = cost < CHEAP_MS ? 0 : clock.now() + Math.min(cost, LONGEST_PAUSE_MS)
      })
    }
    const pause = resumeAt - clock.now()
    if (clock.hidden()) clock.after(HIDDEN_MS, run)
    else if (pause > 0) clock.after(pause, () => clock.nextFrame(run))
    else clock.nextFrame(run)
  }
}
