// M24: what the window makes of Markdown, against results written by hand; and the same however the text arrives.
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { Markdown } from './markdown.tsx'
import { createCutter, splitBlocks } from './markdown-blocks.ts'
import { goldens } from './markdown-goldens.ts'

const render = (text: string): string =>
  compact(renderToStaticMarkup(<Markdown text={text} growing={false} openLink={() => undefined} />))

/** The notation of the goldens. */
function compact(markup: string): string {
  return markup
    .replace(/^<div class="markdown"[^>]*>|<\/div>$/g, '')
    .replace(
      /<div class="code-block">.*?<pre[^>]*><code>(.*?)<\/code><\/pre><\/div>/gs,
      (_, code: string) => {
        return `<pre>${code.replace(/<[^>]*>/g, '')}</pre>`
      },
    )
    .replace(/<div class="table-frame"[^>]*>(.*?)<\/div>/gs, '$1')
    .replace(/<span class="formula formula-display">(.*?)<\/span>/gs, '<ff>$1</ff>')
    .replace(/<span class="formula">(.*?)<\/span>/gs, '<f>$1</f>')
    .replace(
      /<span role="img" class="task-mark" aria-label="([^"]*)"><svg.*?<\/svg><\/span>/gs,
      (_, done: string) => (done === 'yes' ? '<x>' : '<o>'),
    )
    .replace(/<h\d class="heading-(h\d)">(.*?)<\/h\d>/gs, '<$1>$2</$1>')
    .replace(/<a href="([^"]*)"[^>]*>/g, '<a $1>')
    .replace(/<(br|hr)\/>/g, '<$1>')
    .replace(/<((?!a )[a-z]\w*) [^>]*>/g, '<$1>')
    .replace(/<br>\n/g, '<br>')
    .replace(/>\n+</g, '><')
    .replace(/(<\/?(?:ul|ol|li|blockquote|p)>)\n|\n(?=<\/?(?:ul|ol|li|blockquote)>)/g, '$1')
}

describe('M24: goldens', () => {
  it('are at least 150', () => expect(goldens.length).toBeGreaterThanOrEqual(150))

  it.each(goldens)('%j', (markdown, markup) => {
    expect(render(markdown)).toBe(markup)
  })

  it('each, cut off at every place and gone on with, gives the blocks of the whole', () => {
    for (const [markdown] of goldens) {
      const once = splitBlocks(markdown)
      for (let at = 0; at <= markdown.length; at += 1) {
        const cut = createCutter()
        cut(markdown.slice(0, at))
        expect(cut(markdown).blocks, `${JSON.stringify(markdown)} at ${at}`).toEqual(once.blocks)
      }
    }
  })
})
