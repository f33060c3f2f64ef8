// Which files of a folder are taken for documents, by their names alone: where a folder is followed, and where one is
// dropped on the window. A single file that a person gives is always looked into.
import type { DocumentKind } from './document-entities.ts'

const codeExtensions = new Set(
  (
    'asm bash bat c cc clj cljs cmake cpp cs css cu cxx dart diff el ex exs f90 fs go gradle graphql groovy h hh hpp hs ' +
    'hxx ini ipynb java jl js json jsonc jsx kt kts less lisp lua m mjs cjs mm metal ml nim nix patch php pl pm proto ps1 ' +
    'py pyi r rb rs rst.txt sass scala scss sh sql svelte swift tcl tex toml ts tsx v vb vhdl vue xml yaml yml zig zsh'
  ).split(' '),
)
const textExtensions = new Set('txt text log rst org asc adoc nfo srt vtt'.split(' '))
/** Folders of programs, not of documents. */
const passedOver = new Set(['node_modules', '__pycache__', '$RECYCLE.BIN', 'System Volume Information'])

/** Hidden, made by a program for itself, or a folder of such things. */
export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name.startsWith('~$') || passedOver.has(name)
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase()
}

/** From the name alone; null: not one that is looked for in a folder. */
export function kindByName(name: string): DocumentKind | null {
  const extension = extensionOf(name)
  switch (extension) {
    case 'pdf':
    case 'docx':
    case 'epub':
      return extension
    case 'docm':
      return 'docx'
    case 'html':
    case 'htm':
    case 'xhtml':
      return 'html'
    case 'md':
    case 'markdown':
      return 'markdown'
    case 'csv':
    case 'tsv':
      return 'csv'
    default:
      if (textExtensions.has(extension)) return 'text'
      return codeExtensions.has(extension) ? 'code' : null
  }
}
