// Calls about keeping order: folders, tags, many conversations at once, search.
import { z } from 'zod'
import { call, conversation, none } from './call.ts'
import { idSchema } from './entities.ts'
import { searchSchema, tagSchema } from './keeping.ts'
import type { Deletion, Folder, SearchResults } from './keeping.ts'
import { LIMITS } from './limits.ts'

const conversations = z.array(idSchema).min(1).max(LIMITS.conversationsAtOnce)
const folderName = z.string().trim().min(1).max(LIMITS.titleCharacters)
const folder = z.strictObject({ folder: idSchema })

export const keepingCalls = {
  /** By name. */
  'folders.list': call<Folder[]>()(none),
  /** The window mints the id, so a retry is harmless. */
  'folders.create': call<Folder>()(folder.extend({ name: folderName })),
  'folders.change': call<Folder>()(
    folder.extend({ name: folderName.optional(), open: z.boolean().optional() }),
  ),
  /** Its conversations stay, in no folder. */
  'folders.delete': call<void>()(folder),

  /** Each field that is given is applied to every conversation. folder null: out of any folder. */
  'conversations.organise': call<void>()(
    z.strictObject({
      conversations,
      pinned: z.boolean().optional(),
      folder: idSchema.nullable().optional(),
      addTags: z.array(tagSchema).max(LIMITS.tags).optional(),
      removeTags: z.array(tagSchema).max(LIMITS.tags).optional(),
    }),
  ),
  /** What runs there is stopped first. Undone by conversations.restore within the time that comes back. */
  'conversations.deleteMany': call<Deletion>()(z.strictObject({ conversations })),
  /** Whole, with their states. Those that are gone for good are left out. */
  'conversations.restore': call<void>()(z.strictObject({ conversations })),
  /** Deletions that can still be undone, newest first; also those of before a restart. */
  'conversations.undoable': call<Deletion[]>()(none),
  /** A person has seen its newest answer. */
  'conversations.markRead': call<void>()(conversation),

  /** Every word must occur. Chinese and other text without spaces is found by any run of characters. */
  'search.run': call<SearchResults>()(searchSchema),
} as const
