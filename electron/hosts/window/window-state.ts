// Where the window was, kept beside the database. Only for looks: a file that is missing or wrong gives the usual size.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Rectangle } from 'electron'

export const MINIMUM_SIZE = { width: 480, height: 400 } as const
const USUAL_SIZE = { width: 1280, height: 800 } as const

const stateSchema = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().min(MINIMUM_SIZE.width).max(20_000),
  height: z.int().min(MINIMUM_SIZE.height).max(20_000),
  maximized: z.boolean(),
})
export type WindowState = z.infer<typeof stateSchema>

export interface WindowPlace {
  /** Without x and y the system chooses. */
  readonly bounds: { width: number; height: number; x?: number; y?: number }
  readonly maximized: boolean
}

/** @param workAreas of the screens that are there now: a window on a screen that is gone would be out of reach */
export function readWindowPlace(file: string, workAreas: readonly Rectangle[]): WindowPlace {
  const state = readState(file)
  if (state === null) return { bounds: USUAL_SIZE, maximized: false }
  const { x, y, width, height, maximized } = state
  const visible = workAreas.some(
    (area) =>
      x + width > area.x + 100 &&
      x < area.x + area.width - 100 &&
      y >= area.y - 20 && // the title bar can be grasped
      y < area.y + area.height - 100,
  )
  return { bounds: visible ? { x, y, width, height } : { width, height }, maximized }
}

function readState(file: string): WindowState | null {
  try {
    return stateSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null
  } catch {
    return null // missing, unreadable or no JSON: the usual size
  }
}
