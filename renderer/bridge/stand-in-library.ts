// The scripted host's answers about models on this machine. Never part of the application.
import type { CallName, Input, Output } from '../../electron/contract/calls.ts'
import type { ModelSummary } from '../../electron/contract/entities.ts'
import { RoostError } from '../../electron/contract/errors.ts'
import type { Fit, InstalledModel, Library } from '../../electron/contract/library-entities.ts'

type Answers<N extends CallName> = { [K in N]: (input: Input<K>) => Output<K> | Promise<Output<K>> }

const roomy: Fit = {
  verdict: 'fits',
  reason: 'roomy',
  memoryBytes: 1.2e9,
  freeMemoryBytes: 9e9,
  totalMemoryBytes: 16e9,
  diskBytes: null,
  freeDiskBytes: null,
  tokensPerSecond: 42,
  measured: false,
}

function installed(model: ModelSummary): InstalledModel {
  return {
    model,
    layers: 24,
    width: 1024,
    vocabulary: 65_536,
    stateBytes: 6_488_064,
    trainingContext: 4096,
    tokenizer: 'world',
    template: 'World',
    places: [{ label: `~/models/${model.fileName}`, present: model.available, own: false }],
    content: 'recorded',
    sha256: null,
    checkedAt: null,
    fit: roomy,
    weights: 'file',
    speed: null,
    deletableBytes: null,
  }
}

export function standInLibrary(
  models: () => readonly ModelSummary[],
): Answers<Extract<CallName, `library.${string}` | `hardware.${string}` | `benchmark.${string}`>> {
  const library = (): Library => ({
    models: models().map(installed),
    folders: [
      {
        id: '00000000-0000-4000-8000-000000000001',
        label: '~/.local/share/Roost/models',
        own: true,
        present: true,
        models: 0,
      },
    ],
  })
  const report: Output<'hardware.report'> = {
    processor: 'Scripted processor',
    physicalCores: 8,
    logicalCores: 16,
    totalMemoryBytes: 16e9,
    freeMemoryBytes: 9e9,
    freeDiskBytes: 120e9,
    system: 'linux',
    chosen: { device: 'cpu', isa: 'avx2' },
    devices: [
      {
        kind: 'cpu',
        name: 'Scripted processor',
        memoryBytes: 16e9,
        usable: true,
        reason: '',
        verdict: 'trusted',
        testedAt: null,
      },
      {
        kind: 'cuda',
        name: 'NVIDIA',
        memoryBytes: 0,
        usable: false,
        reason: 'No NVIDIA driver is installed.',
        verdict: 'unusable',
        testedAt: null,
      },
    ],
    instructionSets: [{ name: 'scalar', verdict: 'trusted', reason: '', testedAt: null }],
    bandwidth: { bytesPerSecond: 40e9, measuredAt: 1_760_000_000_000 },
    version: '0.1.0',
  }
  const never = (): never => {
    throw new RoostError('busy', { reason: 'The scripted host does no work.' })
  }
  return {
    'library.list': library,
    'library.chooseFolder': () => null,
    'library.addFolder': never,
    'library.removeFolder': () => undefined,
    'library.verify': never,
    'library.convert': never,
    'library.cancelJob': () => undefined,
    'library.dismissJob': () => undefined,
    'library.jobs': () => [],
    'library.delete': () => undefined,
    'library.setWeights': () => undefined,
    'library.fits': ({ subjects }) => subjects.map(() => roomy),
    'hardware.report': () => report,
    'hardware.test': () => report,
    'benchmark.run': never,
    'benchmark.cancel': () => undefined,
    'benchmark.last': () => null,
  }
}
