import type { ReactElement } from 'react'

/** The bird on its perch, in the colour of the text around it; the same shapes as resources/icons/roost.svg. */
export function RoostMark(props: { size: number }): ReactElement {
  return (
    <svg width={props.size} height={props.size} viewBox="0 0 64 64" aria-hidden className="roost-mark">
      <path d="M14 22c6-1 9-4 11-7 3-5 8-8 14-8 8 0 14 6 14 14 0 17-11 27-25 27-7 0-12-3-15-7 5 0 8-1 11-4-6-2-10-7-10-15z" />
      <circle cx="40" cy="19" r="3" className="roost-mark-eye" />
      <path d="M6 54h52" className="roost-mark-perch" />
    </svg>
  )
}
