/** Disjoint sets of the numbers 0 … count - 1 in one typed array; the smallest number stands for its set. */
export interface DisjointSets {
  /** The smallest element of the set that holds an element. */
  find(element: number): number
  /** Makes the sets of two representatives one; returns the smaller, which now stands for both. */
  join(left: number, right: number): number
}

/**
 * Union-find with path halving (Tarjan and van Leeuwen 1984). Linking by number needs no array of sizes, and numbers that
 * follow a hash, as set numbers do, link as well as random ones: logarithmic depth (Goel et al. 2014).
 */
export function createDisjointSets(count: number): DisjointSets {
  const parent = new Int32Array(count)
  for (let element = 0; element < count; element++) parent[element] = element
  return {
    find(element) {
      let at = element
      let above = parent[at]!
      while (above !== at) {
        const next = parent[above]!
        parent[at] = next
        at = next
        above = parent[at]!
      }
      return at
    },
    join(left, right) {
      if (left < right) {
        parent[right] = left
        return left
      }
      parent[left] = right
      return right
    },
  }
}
