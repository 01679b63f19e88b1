/**
 * What each group of sets claims to be: identifiers whose type has a limit, names and dates of birth, as codes in
 * linked lists. Joining groups appends their lists and drops repetitions, so that a list stays as short as the limits.
 */
export interface Claims {
  add(group: number, code: number): void
  /** Calls `visit` for each code of a group; codes may repeat until the group is joined with another. */
  forEach(group: number, visit: (code: number) => void): void
  isEmpty(group: number): boolean
  /** Moves the claims of groups, all joined by now, to the one that stands for them. */
  gather(groups: Int32Array, count: number, heir: number): void
}

export function createClaims(groupCount: number, codeCount: number, capacity: number): Claims {
  const head = new Int32Array(groupCount).fill(-1)
  const next = new Int32Array(capacity)
  const code = new Int32Array(capacity)
  const seenIn = new Int32Array(codeCount)
  let used = 0
  let round = 0
  return {
    add(group, claim) {
      code[used] = claim
      next[used] = head[group]!
      head[group] = used
      used += 1
    },
    forEach(group, visit) {
      for (let node = head[group]!; node >= 0; node = next[node]!) visit(code[node]!)
    },
    isEmpty: (group) => head[group]! < 0,
    gather(groups, count, heir) {
      round += 1
      let kept = -1
      for (let place = 0; place < count; place++) {
        const group = groups[place]!
        for (let node = head[group]!; node >= 0; ) {
          const following = next[node]!
          if (seenIn[code[node]!] !== round) {
            seenIn[code[node]!] = round
            next[node] = kept
            kept = node
          }
          node = following
        }
        head[group] = -1
      }
      head[heir] = kept
    },
  }
}
