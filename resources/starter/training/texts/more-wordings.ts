// Joins the further wordings of what passages say, which lie in files of their own so that each stays readable.

import type { Material, Relation, Wordings } from './passage-types.ts'

/** By the id of the relation; `act` for Material.act. */
export type MoreWordings = Readonly<
  Record<
    string,
    { readonly say: readonly string[]; readonly ask: readonly string[]; readonly who?: readonly string[] }
  >
>

function extended<T extends Wordings>(wordings: T, more: MoreWordings[string] | undefined): T {
  if (more === undefined) return wordings
  return {
    ...wordings,
    say: [...wordings.say, ...more.say],
    ask: [...wordings.ask, ...more.ask],
    ...(wordings.who === undefined ? {} : { who: [...wordings.who, ...(more.who ?? [])] }),
  }
}

/** The relations and the act of a language with all their wordings. Fails when a wording belongs to none of them. */
export function withMoreWordings(
  relations: readonly Relation[],
  act: Wordings,
  more: MoreWordings,
): Pick<Material, 'relations' | 'act'> {
  const known = new Set(['act', ...relations.map((relation) => relation.id)])
  const lost = Object.keys(more).filter((id) => !known.has(id))
  if (lost.length > 0) throw new Error(`wordings for unknown relations: ${lost.join(', ')}`)
  return {
    relations: relations.map((relation) => extended(relation, more[relation.id])),
    act: extended(act, more['act']),
  }
}
