import type { Claims } from './claims.js'
import { type Judge, noConflict } from './conflicts.js'
import type { Groups } from './groups.js'

/** A shared identifier of more groups than this is no person's, whatever the names say. */
const mostNamedGroups = 64

export interface NameAgreement {
  /**
   * Joins those of the selected groups that bear the same first and last name and break no hard limit together. Where two
   * hold different values of a hard type, the name tells nothing and none of its bearers is joined.
   * Returns the groups that stand for what was joined.
   */
  joinNamesakes(count: number, hardLimits: Int32Array): Set<number>
}

export function createNameAgreement(
  groups: Groups,
  claims: Claims,
  judge: Judge,
  isFullName: (code: number) => boolean,
): NameAgreement {
  return {
    joinNamesakes(count, hardLimits) {
      const joined: number[] = []
      if (count > mostNamedGroups) return new Set()
      for (const bearers of namesakes(groups, claims, count, isFullName)) {
        const members = Int32Array.from(new Set(bearers.map(groups.find)))
        const { length } = members
        if (judge.conflictAmong(members, length, hardLimits, true) !== noConflict) continue
        joined.push(groups.join(members, length))
      }
      return new Set(joined.map(groups.find))
    },
  }
}

/** Selected groups by the full name that they share, in the order of names. */
function namesakes(
  groups: Groups,
  claims: Claims,
  count: number,
  isFullName: (code: number) => boolean,
): number[][] {
  const bearers = new Map<number, Set<number>>()
  for (const group of groups.selected.subarray(0, count)) {
    claims.forEach(group, (code) => {
      if (isFullName(code)) bearers.set(code, (bearers.get(code) ?? new Set()).add(group))
    })
  }
  return [...bearers]
    .filter(([, found]) => found.size > 1)
    .sort(([left], [right]) => left - right)
    .map(([, found]) => [...found])
}
