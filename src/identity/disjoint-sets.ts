/** Disjoint sets of the numbers 0 … count - 1 in two typed arrays (union by size, path halving; Tarjan 1975). */
export interface DisjointSets {
  /** The representative of the set that holds an element. */
  find(element: number): number
  /** Makes two sets one and returns the representative of the larger, which now stands for both. */
  join(left: number, right: number): number
}

export function createDisjointSets(count: number): DisjointSets {
  const parent = new Int32Array(count)
  for (let element = 0; element < count; element++) parent[element] = element
  const size = new Int32Array(count).fill(1)
  const find = (element: number): number => {
    let at = element
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!
      at = parent[at]!
    }
    return at
  }
  return {
    find,
    join(left, right) {
      const first = find(left)
      const second = find(right)
      if (first === second) return first
      const large = size[first]! >= size[second]! ? first : second
      const small = large === first ? second : first
      parent[small] = large
      size[large]! += size[small]!
      return large
    },
  }
}
