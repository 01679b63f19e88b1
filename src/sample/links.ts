/** Identifiers that belong to one person alone, as bits; shared ones and placeholders have none. */
export const link = {
  userId: 1,
  email: 2,
  workEmail: 4,
  mobile: 8,
  contactOne: 16,
  contactTwo: 32,
  requester: 64,
} as const

const firstCookieBit = 8
/** How many browser identities one person can have on all devices together. */
export const cookieLimit = 22

export const cookieLink = (cookie: number): number => 1 << (firstCookieBit + cookie)

/** Groups identifiers that appear together in a record: union-find over at most 32 bits. */
export interface LinkGroups {
  add(links: number): void
  /** The group of a record's links, the lowest bit of the group; -1 without links. */
  groupOf(links: number): number
}

export function createLinkGroups(): LinkGroups {
  const parent = Uint8Array.from({ length: 32 }, (_, bit) => bit)
  const root = (bit: number): number => {
    let at = bit
    while (parent[at] !== at) at = parent[at]!
    return at
  }
  let last = 0
  return {
    add(links) {
      if (links === last) return
      last = links
      let rest = links & (links - 1)
      let top = root(lowestBit(links))
      for (; rest !== 0; rest &= rest - 1) {
        const other = root(lowestBit(rest))
        parent[Math.max(top, other)] = Math.min(top, other)
        top = Math.min(top, other)
      }
    },
    groupOf: (links) => (links === 0 ? -1 : root(lowestBit(links))),
  }
}

const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits)
