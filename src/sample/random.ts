/** A stream of pseudo-random draws; the same keys always give the same stream. */
export interface Random {
  /** Uniform in [0, 1). */
  unit(): number
  chance(probability: number): boolean
  between(low: number, high: number): number
  integer(below: number): number
  exponential(mean: number): number
  normal(mean: number, deviation: number): number
  pick<T>(items: readonly T[]): T
  weighted<T extends { weight: number }>(items: readonly T[]): T
}

/** A stream from integer keys: sfc32 (Doty-Humphrey, PractRand), keyed by chained 32-bit mixing. */
export function createRandom(...keys: number[]): Random {
  const unit = sfc32(keys)
  const random: Random = {
    unit,
    chance: (probability) => unit() < probability,
    between: (low, high) => low + unit() * (high - low),
    integer: (below) => Math.floor(unit() * below),
    exponential: (mean) => -mean * Math.log(1 - unit()),
    normal: (mean, deviation) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    pick: (items) => items[Math.floor(unit() * items.length)]!,
    weighted: (items) => weightedItem(items, unit()),
  }
  return random
}

/** A 32-bit hash of integer keys: the MurmurHash3 finaliser (Appleby), chained. */
export function mix(...keys: number[]): number {
  let hash = 0x9e3779b9
  for (const key of keys) hash = finalised((Math.imul(hash, 31) + finalised(key | 0)) | 0)
  return hash >>> 0
}

/** 32 hexadecimal digits from integer keys, for ids that must not repeat. */
export const hexOf = (...keys: number[]): string =>
  hex8(mix(1, ...keys)) + hex8(mix(2, ...keys)) + hex8(mix(3, ...keys)) + hex8(mix(4, ...keys))

/** The same digits in the form of a UUID. */
export function uuidOf(...keys: number[]): string {
  const hex = hexOf(...keys)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** A one-to-one map of 32-bit integers that hides their order (an odd multiplier modulo 2^32). */
export const scrambled = (key: number): number => Math.imul(key ^ 0x5bd1e995, 0x9e3779b1) >>> 0

function finalised(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

function sfc32(keys: number[]): () => number {
  let a = mix(11, ...keys) | 0
  let b = mix(12, ...keys) | 0
  let c = mix(13, ...keys) | 0
  let counter = 1
  return () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4294967296
  }
}

function weightedItem<T extends { weight: number }>(items: readonly T[], draw: number): T {
  let total = 0
  for (const item of items) total += item.weight
  let rest = draw * total
  for (const item of items) {
    rest -= item.weight
    if (rest < 0) return item
  }
  return items[items.length - 1]!
}

const bytes = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'))

const hex8 = (value: number): string =>
  bytes[value >>> 24]! +
  bytes[(value >>> 16) & 255]! +
  bytes[(value >>> 8) & 255]! +
  bytes[value & 255]!
