// The pages of a PDF, one at a time, with a passage marked on its page.
import { ChevronLeft, ChevronRight, ZoomIn, ZoomOut } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { IconButton } from '../shared/icon-button.tsx'
import { Spinner } from '../shared/progress.tsx'
import { useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import type { DrawnPage, PdfFile } from './pdf-file.ts'

const ZOOMS = [0.75, 1, 1.25, 1.5, 2, 3] as const
const MARGIN = 32

export function PdfView(props: {
  document: string
  name: string
  page: number
  /** Marked where it stands on the page; null: nothing. */
  passage: string | null
  onFail: () => void
}): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const { document, name, passage, onFail } = props
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [file, setFile] = useState<PdfFile | null>(null)
  const [page, setPage] = useState(props.page)
  const [zoom, setZoom] = useState(1)
  const [drawn, setDrawn] = useState<(DrawnPage & { page: number }) | null>(null)

  useEffect(() => {
    const view = { open: true, file: null as PdfFile | null }
    void import('./pdf-file.ts')
      .then(({ PdfFile: Reader }) => Reader.open((offset) => store.getState().readPart(document, offset)))
      .then((opened) => {
        view.file = opened
        if (!view.open) opened?.close()
        else if (opened === null) onFail()
        else setFile(opened)
      })
    return () => {
      view.open = false
      view.file?.close()
    }
  }, [store, document, onFail])

  useEffect(() => {
    const element = canvas.current
    const width = (frame.current?.clientWidth ?? 0) - MARGIN
    if (file === null || element === null || width <= 0) return
    let current = true
    void file.draw(element, Math.min(page, file.pages), width, zoom, passage).then((done) => {
      if (!current) return
      if (done === null) onFail()
      else setDrawn({ ...done, page })
    })
    return () => {
      current = false
    }
  }, [file, page, zoom, passage, onFail])

  const first = useRef<HTMLElement>(null)
  useEffect(() => {
    first.current?.scrollIntoView({ block: 'center' })
  }, [drawn])

  const count = file?.pages ?? 0
  const smaller = ZOOMS.findLast((one) => one < zoom)
  const larger = ZOOMS.find((one) => one > zoom)
  return (
    <div className="pdf-view">
      <div className="pdf-bar">
        <IconButton
          label={text.previousPage}
          icon={ChevronLeft}
          disabled={page <= 1}
          onClick={() => setPage(page - 1)}
        />
        <span className="figure" role="status">
          {count === 0
            ? text.pageOf(format.count(page))
            : text.pageOfTotal(format.count(page), format.count(count))}
        </span>
        <IconButton
          label={text.nextPage}
          icon={ChevronRight}
          disabled={count === 0 || page >= count}
          onClick={() => setPage(page + 1)}
        />
        <span className="bar-space" />
        <IconButton
          label={text.zoomOut}
          icon={ZoomOut}
          disabled={smaller === undefined}
          onClick={() => smaller !== undefined && setZoom(smaller)}
        />
        <IconButton
          label={text.zoomIn}
          icon={ZoomIn}
          disabled={larger === undefined}
          onClick={() => larger !== undefined && setZoom(larger)}
        />
      </div>
      <div className="pdf-frame" ref={frame} tabIndex={0} role="region" aria-label={text.viewPages}>
        {drawn === null && (
          <p className="text-loading muted">
            <Spinner /> {text.pagesLoading}
          </p>
        )}
        <div
          className="pdf-page"
          style={drawn === null ? {} : { width: drawn.width, height: drawn.height }}
          data-drawn={drawn !== null}
        >
          <canvas ref={canvas} role="img" aria-label={`${name}, ${text.pageOf(format.count(page))}`} />
          {drawn !== null &&
            drawn.page === page &&
            drawn.boxes.map((box, index) => (
              <mark
                key={index}
                ref={index === 0 ? first : undefined}
                className="pdf-mark"
                style={{ left: box.left, top: box.top, width: box.width, height: box.height }}
              >
                <span className="visually-hidden">{box.text}</span>
              </mark>
            ))}
        </div>
      </div>
    </div>
  )
}
