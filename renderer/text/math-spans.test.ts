import { describe, expect, it } from 'vitest'
import { maskMath, splitAtMath, unmaskMath } from './math-spans.ts'

const formulas = (text: string): string[] =>
  maskMath(text).spans.map((span) => (span.display ? `D:${span.tex}` : span.tex))

describe('finding mathematics', () => {
  it.each([
    ['$x$', ['x']],
    ['$$x$$', ['D:x']],
    ['\\(x\\)', ['x']],
    ['\\[x\\]', ['D:x']],
    ['Let $a_1$ and $b_2$ be.', ['a_1', 'b_2']],
    ['$$\na\n+ b\n$$', ['D:a\n+ b']],
    [
      '\\[\n\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}\n\\]',
      ['D:\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}'],
    ],
    ['> $$\n> a\n> $$', ['D:a']],
    ['设 $x=1$，则', ['x=1']],
    ['$\\$5 + x$', ['\\$5 + x']],
  ])('%j holds %j', (text, expected) => {
    expect(formulas(text)).toEqual(expected)
  })

  it.each([
    'It costs $5 and $10.',
    'From US$5 to US$7, or $5-$7.',
    'A $20,000 car and a $30,000 boat',
    'Pay 5$ now, 10$ later',
    'Shell: `echo $HOME $PATH` and `$x`',
    '```sh\necho $a $b$c\n```',
    '~~~\n$x$\n~~~',
    '- item\n\n  ```\n  $x$\n  ```',
    'a \\$x\\$ b',
    'an open $x\n\nand its end$',
    'an open \\( x\n\n\\)',
    '$ x $',
    '$$ $$',
    'array\\[0\\'.replace('\\[', '\\\\['),
  ])('%j holds none', (text) => {
    expect(formulas(text)).toEqual([])
    expect(maskMath(text).text).toBe(text)
  })

  it('gives the source back', () => {
    const text = 'a $x$ b \\[y\\] c'
    const masked = maskMath(text)
    expect(masked.text).not.toContain('$')
    expect(unmaskMath(masked.text, masked.spans)).toBe(text)
    expect(
      splitAtMath(masked.text, masked.spans).map((part) => (typeof part === 'string' ? part : part.tex)),
    ).toEqual(['a ', 'x', ' b ', 'y', ' c'])
  })

  it('leaves a text alone that holds its placeholders already', () => {
    const text = '\uE0F70\uE0F8 $x$'
    expect(maskMath(text)).toEqual({ text, spans: [] })
  })

  it('stays fast on a long row of openers', () => {
    const text = '$$'.repeat(20_000) + '`'.repeat(20_000) + '\\('.repeat(20_000)
    const start = performance.now()
    maskMath(text)
    expect(performance.now() - start).toBeLessThan(1500)
  })
})
