import type { ReactElement } from 'react'

/** `fraction` from 0 to 1. */
export function ProgressBar(props: { label: string; fraction: number }): ReactElement {
  const percent = Math.round(Math.min(1, Math.max(0, props.fraction)) * 100)
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div className="progress-done" style={{ transform: `scaleX(${percent / 100})` }} />
    </div>
  )
}

export function Spinner(props: { label?: string }): ReactElement {
  return props.label === undefined ? (
    <span className="spinner" aria-hidden />
  ) : (
    <span className="spinner" role="img" aria-label={props.label} />
  )
}
