import { features } from '../churn/features.js'
import type { Sample } from '../churn/sample.js'

/** Numbers in [0, 1) that a seed decides, for tests (a linear congruential generator). */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Customers with plausible features, some missing, whose risk grows with recency; three rows each. */
export function randomSample(rows: number, seed: number): Sample {
  const next = randomNumbers(seed)
  const columns = new Map(
    features.map(({ name }) => [
      name,
      Float64Array.from({ length: rows }, () => {
        if (name === 'mean_gap_days' && next() < 0.2) return Number.NaN
        const value = Math.floor(next() ** 3 * 400) / 4
        return name.startsWith('revenue') ? value - 20 : value
      }),
    ]),
  )
  const recency = columns.get('recency_days')!
  return {
    customerIds: Array.from({ length: rows }, (_, row) => `c${Math.floor(row / 3)}`),
    columns,
    outcomes: Uint8Array.from(recency, (days) =>
      next() < 1 / (1 + Math.exp(1 - Math.log(1 + days) / 2)) ? 1 : 0,
    ),
  }
}
