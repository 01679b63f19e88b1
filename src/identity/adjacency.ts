/** What each key is linked to: `values[offsets[key]] … values[offsets[key + 1] - 1]`. */
export interface Adjacency {
  offsets: Int32Array
  values: Int32Array
}

/** Groups values by key in two passes (counting sort); `keys` and `values` are of equal length. */
export function groupByKey(keys: Int32Array, values: Int32Array, keyCount: number): Adjacency {
  const offsets = new Int32Array(keyCount + 1)
  for (let row = 0; row < keys.length; row++) offsets[keys[row]! + 1]! += 1
  for (let key = 0; key < keyCount; key++) offsets[key + 1]! += offsets[key]!
  const next = offsets.slice(0, keyCount)
  const grouped = new Int32Array(values.length)
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row]!
    grouped[next[key]!] = values[row]!
    next[key]! += 1
  }
  return { offsets, values: grouped }
}
