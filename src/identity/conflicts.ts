import type { Claims } from './claims.js'
import { birthDateType, type NameRules, nameType, traitTypes } from './rules.js'

export const noConflict = -3
const nameConflict = -1
const birthDateConflict = -2

export interface ClaimCodes {
  /** Type of each code: a type of identifier, the name type or the date of birth type. */
  typeOf: Int32Array
  /** Initial of each code that is a name, else -1. */
  initialOf: Int32Array
  types: number
  initials: number
}

/**
 * Judges whether groups can be one customer. A limit is broken when the groups together hold more values of its type than
 * it allows, and more than one of them holds already (a stronger link may have exceeded it before).
 */
export interface Judge {
  /** The first conflict among the groups, by type, then dates of birth, then names; or `noConflict`. */
  conflictAmong(groups: Int32Array, count: number, limits: Int32Array, ignoreNames: boolean): number
}

export function createJudge(claims: Claims, codes: ClaimCodes, names: NameRules): Judge {
  const seenAmong = new Int32Array(codes.typeOf.length)
  const seenWithin = new Int32Array(codes.typeOf.length)
  const among = new Int32Array(codes.types + traitTypes)
  const within = new Int32Array(codes.types + traitTypes)
  const most = new Int32Array(codes.types + traitTypes)
  const initialSeen = new Int32Array(codes.initials)
  const holders = new Int32Array(codes.initials)
  const holdersOf = new Int32Array(codes.initials)
  const nameAt = nameType(codes.types)
  let call = 0
  let visit = 0
  let limitsNow: Int32Array = among
  let checkNames = false
  let isNamed = false
  let mostHolders = 0

  const count = (code: number): void => {
    const type = codes.typeOf[code]!
    if (type === nameAt) {
      if (checkNames) countInitial(codes.initialOf[code]!)
      return
    }
    if (limitsNow[type] === 0 || seenWithin[code] === visit) return
    seenWithin[code] = visit
    within[type]! += 1
    if (within[type]! > most[type]!) most[type] = within[type]!
    if (seenAmong[code] === call) return
    seenAmong[code] = call
    among[type]! += 1
  }
  const countInitial = (initial: number): void => {
    isNamed = true
    if (initialSeen[initial] === visit) return
    initialSeen[initial] = visit
    holders[initial] = holdersOf[initial] === call ? holders[initial]! + 1 : 1
    holdersOf[initial] = call
    mostHolders = Math.max(mostHolders, holders[initial]!)
  }
  const firstConflict = (named: number): number => {
    for (let type = 0; type < among.length; type++) {
      if (among[type]! <= limitsNow[type]! || among[type]! <= most[type]!) continue
      return type === birthDateType(codes.types) ? birthDateConflict : type
    }
    return mostHolders < named ? nameConflict : noConflict
  }
  return {
    conflictAmong(groups, groupCount, limits, ignoreNames) {
      if (!areSeveral(claims, groups, groupCount)) return noConflict
      call += 1
      among.fill(0)
      most.fill(0)
      limitsNow = limits
      checkNames = names.conflicts && !ignoreNames
      mostHolders = 0
      let named = 0
      for (let place = 0; place < groupCount; place++) {
        visit += 1
        within.fill(0)
        isNamed = false
        claims.forEach(groups[place]!, count)
        if (isNamed) named += 1
      }
      return firstConflict(named)
    },
  }
}

/** Whether two of the groups claim anything; fewer cannot be in conflict. */
function areSeveral(claims: Claims, groups: Int32Array, count: number): boolean {
  let claimants = 0
  for (let place = 0; place < count && claimants < 2; place++) {
    if (!claims.isEmpty(groups[place]!)) claimants += 1
  }
  return claimants > 1
}
