import {
  beginJoining,
  type Findings,
  type Joining,
  joinThrough,
  keepLinks,
  nothingElseKnown,
} from './join-sets.js'
import type { LinkInput } from './link-input.js'
import { kinds } from './rules.js'

export interface Linked extends Findings {
  /** Smallest set of the customer, by set. */
  component: Int32Array
  /** Shared identifier that alone holds an anonymous customer together, by set; -1 = none. */
  scope: Int32Array
}

/**
 * Joins sets that share identifiers, strongest identifiers first, unless the joined customer would break a limit
 * (union-find under constraints). Numbers follow the sorted text of identifiers, so the result depends on the links alone.
 */
export function linkSets(input: LinkInput): Linked {
  const joining = beginJoining(input)
  const shared: number[] = []
  for (let identifier = 0; identifier < input.typeOf.length; identifier++) {
    if (input.guarded[identifier] === 1 || !joinThrough(joining, identifier))
      shared.push(identifier)
  }
  const scopeOf = new Map<number, number>()
  for (const identifier of shared) gatherAnonymous(joining, identifier, scopeOf)
  const { conflicts, agreed } = joining
  return { ...labels(joining, scopeOf), conflicts, agreed }
}

const momentKind = kinds.indexOf('moment')

/**
 * Records of a shared identifier of which nothing lasting is known otherwise (a family's tablet, a kiosk) are nobody's to
 * guess: they become one anonymous customer of that identifier.
 */
function gatherAnonymous(joining: Joining, identifier: number, scopeOf: Map<number, number>): void {
  const { groups } = joining
  const anonymous = groups.keep(
    groups.select(identifier),
    (group) => groups.strongest(group) >= momentKind && !scopeOf.has(group),
  )
  if (anonymous === 0) return
  const heir = groups.join(groups.selected, anonymous)
  scopeOf.set(heir, identifier)
  keepLinks(joining, identifier, (group) => group === heir, nothingElseKnown)
}

function labels(
  { input: { sets }, groups }: Joining,
  scopeOf: ReadonlyMap<number, number>,
): Pick<Linked, 'component' | 'scope'> {
  const component = new Int32Array(sets)
  const scope = new Int32Array(sets)
  for (let set = 0; set < sets; set++) {
    component[set] = groups.find(set)
    scope[set] = scopeOf.size === 0 ? -1 : (scopeOf.get(component[set]!) ?? -1)
  }
  return { component, scope }
}
