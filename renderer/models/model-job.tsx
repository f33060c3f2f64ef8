// Work on the file of a model: how far it is, or how it ended.
import { X } from 'lucide-react'
import type { ReactElement } from 'react'
import type { LibraryJob } from '../../electron/contract/library-entities.ts'
import { IconButton } from '../shared/icon-button.tsx'
import { ProgressBar } from '../shared/progress.tsx'
import { useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'

export function ModelJob({ job, published }: { job: LibraryJob; published: boolean }): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  if (job.phase === 'running') {
    const label =
      job.kind === 'verify'
        ? text.jobVerifying(job.title)
        : job.step === 'converting'
          ? text.jobConverting(job.title)
          : text.jobChecking(job.title)
    return (
      <div className="model-job">
        <div className="model-job-words">
          <span>{label}</span>
          <span className="figure muted">{format.percent(job.fraction)}</span>
          <ProgressBar label={label} fraction={job.fraction} />
        </div>
        <button
          type="button"
          className="button button-small"
          onClick={() => void store.getState().cancelJob(job.id)}
        >
          {text.cancel}
        </button>
      </div>
    )
  }
  const failed = job.error === null ? null : errorWords(language, job.error.code, job.error.detail)
  return (
    <div className="model-job" data-phase={job.phase} role={job.phase === 'failed' ? 'alert' : 'status'}>
      <p className="model-job-words">
        {failed !== null ? (
          <>
            <strong>{failed.title}.</strong> {failed.body}
          </>
        ) : job.phase === 'cancelled' ? (
          text.jobCancelled
        ) : job.result !== null ? (
          <>
            {text.jobConverted(job.result.fileName, format.bytes(job.result.fileBytes))}{' '}
            {job.result.agreement === null
              ? text.jobNotCompared
              : text.jobAgreement(format.percent(job.result.agreement))}
          </>
        ) : published ? (
          text.jobVerifiedPublished
        ) : (
          text.jobVerified
        )}
      </p>
      <IconButton label={text.dismiss} icon={X} onClick={() => void store.getState().dismissJob(job.id)} />
    </div>
  )
}
