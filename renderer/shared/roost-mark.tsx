import type { ReactElement } from 'react'

/** The bird on its perch, in the colours of the page; the same shapes as resources/icons/roost.svg. */
export function RoostMark(props: { size: number }): ReactElement {
  return (
    <svg width={props.size} height={props.size} viewBox="0 0 64 64" aria-hidden className="roost-mark">
      <path d="M21.5 46v8m8.5-8v8" className="roost-mark-legs" />
      <path d="M4 56h56" className="roost-mark-perch" />
      <path d="M7 18.2 17 14C19 8.8 24 5 30 5c7.2 0 13 5.8 13 13 0 1.6.4 2.6 1.6 3.8C50.4 27.4 54.6 34.6 58 45c-8 0-13-1.4-17-4-3.6 4.8-9 7.6-15 7.6-8.6 0-14.6-6.6-14.6-15 0-5 2.2-8.4 4-12.2z" />
      <path d="M23.5 28.5c3.5 7 8.5 10.6 15.5 11.4" className="roost-mark-wing" />
      <circle cx="27.5" cy="16" r="2.7" className="roost-mark-eye" />
    </svg>
  )
}
