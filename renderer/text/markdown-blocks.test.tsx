import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { Markdown, MarkdownBlock, markdownParts } from './markdown.tsx'
import { NO_BLOCKS, endsInOpenFence, splitBlocks } from './markdown-blocks.ts'

const parts = markdownParts(() => undefined)

function whole(text: string): string {
  return renderToStaticMarkup(<MarkdownBlock source={text} growing={false} parts={parts} />)
}

function inBlocks(text: string): string {
  return splitBlocks(text)
    .blocks.map((source) =>
      renderToStaticMarkup(<MarkdownBlock source={source} growing={false} parts={parts} />),
    )
    .join('')
}

/** White space between block elements is not content. */
function normalised(markup: string): string {
  return markup.replace(/>\s+</g, '><').trim()
}

const samples: Record<string, string> = {
  paragraphs: 'One\nline break.\n\nTwo.\n\n\nThree.',
  'headings of both kinds': '# A\n\nText\n\nUnder\n---\n\nMore\n===\nend',
  'tight and loose lists':
    '- a\n- b\n\n- c\n\n  still c\n\nAfter.\n\n1. x\n\n2. y\n   - z\n\n     deep\n\nEnd.',
  'list, then indented code': 'Text.\n\n    code\n\n    more code\n\nEnd.',
  'fenced code with blank lines':
    'Before.\n\n```python\nx = 1\n\n\ny = 2\n# not a heading\n```\n\nAfter.\n\n~~~\n```\n\nstill code\n~~~\n\nEnd.',
  'fence inside a list': '1. First\n\n   ```js\n   a()\n\n   b()\n   ```\n\n2. Second\n\nEnd.',
  'unclosed fence': 'Before.\n\n```\nnever closed\n\nreally not',
  'ticks in indented code open nothing': 'a\n\n    ```\n    x\n\nb\n\nc',
  'block quotes': '> a\n> b\n\n> c\n>\n> d\n\ne',
  tables: 'Text\n\n| a | b |\n|--:|:-:|\n| 1 | 2 |\n\nAfter\n\n| a |\n|---|\n| $x|y$ |\n\nend',
  'task list': '- [x] done\n- [ ] open\n\ntext',
  'raw html stays text': '<div>\n\n<b>x</b>\n\n</div>\n\n<!-- a\n\nb -->\n\ntext\n\nmore',
  'link definitions hold everywhere':
    'See [one] and [two][t].\n\nText.\n\n[one]: https://example.com/1\n[t]: https://example.com/2',
  footnotes: 'Note[^1].\n\nText.\n\n[^1]: The note.\n\nMore.',
  'mathematics of four kinds':
    'Inline $a_1*b*c$ and \\(x_2\\).\n\n$$\na\n+ b\n- c\n$$\n\n\\[\nx = 1\n\\]\n\nIt costs $5 or $10.',
  'chinese and emphasis': '**注意**：这是*重点*。\n\n- 一\n- 二\n\n完。',
  'indented by less than code': 'a\n\n b\n\n   c\n\n- d\n\n  e\n\n f',
  'thematic breaks': 'a\n\n---\n\nb\n\n***\n\nc',
  'windows line ends': 'a\r\n\r\n- b\r\n\r\n- c\r\n\r\nd',
}

describe('cutting Markdown into blocks', () => {
  for (const [name, text] of Object.entries(samples)) {
    it(`renders the same in blocks as in one piece: ${name}`, () => {
      expect(normalised(inBlocks(text))).toBe(normalised(whole(text)))
    })

    it(`gives the same blocks however the text arrives: ${name}`, () => {
      const once = splitBlocks(text)
      for (let at = 0; at <= text.length; at += 1) {
        expect(splitBlocks(text, splitBlocks(text.slice(0, at)))).toEqual(once)
      }
      let grown = NO_BLOCKS
      for (let at = 1; at <= text.length; at += 1) grown = splitBlocks(text.slice(0, at), grown)
      expect(grown).toEqual(once)
      expect(once.blocks.join('')).toBe(text)
    })
  }

  it('cuts, rather than keeping everything in one block', () => {
    expect(splitBlocks('a\n\nb\n\n```\nx\n\ny\n```\n\nc').blocks).toHaveLength(4)
  })

  it('starts over when the text is another one', () => {
    expect(splitBlocks('x\n\ny', splitBlocks('a\n\nb\n\nc')).blocks).toEqual(['x\n\n', 'y'])
  })

  it('knows code whose end is still being written', () => {
    expect(endsInOpenFence('```js\na\n\nb')).toBe(true)
    expect(endsInOpenFence('```js\na\n```\n')).toBe(false)
    expect(endsInOpenFence('text')).toBe(false)
  })
})

describe('what is rendered', () => {
  const render = (text: string): string =>
    renderToStaticMarkup(<Markdown text={text} growing={false} openLink={() => undefined} />)

  it('never makes an element of raw HTML', () => {
    const markup = render(
      '<img src=x onerror=alert(1)> <script>alert(1)</script>\n\n<iframe src="https://evil.example"></iframe>',
    )
    expect(markup).not.toMatch(/<(?:img|script|iframe)/)
    expect(markup).toContain('&lt;script&gt;')
  })

  it('never loads an image, and names its host', () => {
    const markup = render('![a cat](https://tracker.example/cat.png?who=me)')
    expect(markup).not.toContain('<img')
    expect(markup).toContain('a cat')
    expect(markup).toContain('tracker.example')
    expect(markup).not.toContain('who=me')
  })

  it('links only to the web and to letters', () => {
    expect(render('[a](https://example.com)')).toContain('href="https://example.com/"')
    for (const address of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'vbscript:x',
      '//host/x',
      'JaVaScRiPt:x',
    ]) {
      expect(render(`[a](${address})`)).not.toContain('href')
    }
  })

  it('keeps a line break of the source', () => {
    expect(render('one\ntwo')).toContain('one<br/>')
  })

  it('takes no formula out of code', () => {
    expect(render('`$a$ and $b$`')).toContain('<code>$a$ and $b$</code>')
  })
})
