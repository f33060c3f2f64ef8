/** read: the whole document is in the state. search: passages of it are looked for. quote: its text stands in the next
 *  question, once. */
export const sourceUses = ['read', 'search', 'quote'] as const
export type SourceUse = (typeof sourceUses)[number]
