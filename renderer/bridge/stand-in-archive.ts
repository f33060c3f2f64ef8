// The scripted host's answers about files, backups and disk space. Never part of the application.
import type { CallName, Input, Output } from '../../electron/contract/calls.ts'
import type { Backup, DiskUsage } from '../../electron/contract/keeping.ts'

type Answers<N extends CallName> = { [K in N]: (input: Input<K>) => Output<K> | Promise<Output<K>> }

const DAY = 86_400_000

function backup(index: number): Backup {
  return {
    id: `00000000-0000-4000-8009-${index.toString(16).padStart(12, '0')}`,
    createdAt: Date.now() - index * DAY,
    bytes: 4_812_800 - index * 90_000,
    version: 3,
    conversations: 214 - index * 3,
    messages: 6120 - index * 80,
  }
}

export function standInArchive(): Answers<
  | 'export.run'
  | 'import.choose'
  | 'import.run'
  | 'backups.list'
  | 'backups.make'
  | 'backups.restore'
  | 'storage.usage'
  | 'storage.free'
  | 'storage.openFolder'
> {
  const backups = [1, 2, 3].map(backup)
  let usage: DiskUsage = {
    databaseBytes: 1_204_000_000,
    states: { count: 87, bytes: 1_190_000_000 },
    backups: { count: 3, bytes: 14_100_000 },
    setAside: { count: 1, bytes: 31_000_000 },
    freeBytes: 212_000_000_000,
  }
  return {
    'export.run': ({ conversations, format }) => ({
      name: `Roost.${format}`,
      bytes: 48_213,
      conversations: conversations?.length ?? 8,
      download: null,
    }),
    'import.choose': () => ({ file: backup(0).id, name: 'conversations.json' }),
    'import.run': () => ({ source: 'chatgpt', conversations: [], messages: 128, leftOut: 3 }),
    'backups.list': () => backups,
    'backups.make': () => {
      backups.unshift(backup(0))
      return backups
    },
    'backups.restore': () => undefined,
    'storage.usage': () => usage,
    'storage.free': ({ states, setAside }) => {
      usage = {
        ...usage,
        ...(states ? { states: { count: 41, bytes: 560_000_000 }, databaseBytes: 570_000_000 } : {}),
        ...(setAside ? { setAside: { count: 0, bytes: 0 } } : {}),
      }
      return usage
    },
    'storage.openFolder': () => undefined,
  }
}
