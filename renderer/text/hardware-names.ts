// The engine names devices and instruction sets in short lower-case words; people know them by other spellings.
const NAMES: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  avx2: 'AVX2',
  avx512: 'AVX-512',
  avx512vnni: 'AVX-512 VNNI',
  avxvnni: 'AVX-VNNI',
  neon: 'NEON',
}

/** What is not known is shown as the engine says it. */
export function hardwareName(word: string): string {
  return Object.hasOwn(NAMES, word) ? (NAMES[word] ?? word) : word
}

/** "cuda:1" is the second card: "CUDA (NVIDIA) 2"; several share a model: "CUDA (NVIDIA) + CUDA (NVIDIA) 2". */
export function deviceName(
  kind: string,
  text: { readonly backendNames: Readonly<Record<string, string>> },
): string {
  return kind
    .split('+')
    .map((one) => {
      const [base = '', number] = one.split(':')
      const name = Object.hasOwn(text.backendNames, base) ? (text.backendNames[base] ?? base) : base
      return number === undefined || number === '0' ? name : `${name} ${Number(number) + 1}`
    })
    .join(' + ')
}
