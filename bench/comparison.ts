/** One row of the results: a ratio or an amount beside the target that it must not exceed. */
export interface Comparison {
  benchmark: string
  ours: string
  /** The peer or limit, with its figure. */
  peer: string
  /** Ours over the peer's, or the amount itself when the target is an amount. */
  value: number
  unit?: string
  atMost: number
}

/** A benchmark's rows, and what else a reader of the results may want to know. */
export interface BenchmarkResult {
  comparisons: Comparison[]
  notes: string[]
}

export const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`

export const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GB`

export const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`

export const count = (value: number): string => value.toLocaleString('en-US')
