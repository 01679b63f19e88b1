/** One record, or `count` records alike, with the person it is of and the customer it was given to. */
export interface ScoredRow {
  truth: string
  predicted: string
  /** The group of the person's records that own identifiers connect: `reachable_id` of the truth files. */
  reachable?: string
  count?: number
}

export interface ClusterScore {
  records: number
  people: number
  customers: number
  /** Shares of record pairs: of those put together, of those that belong together; 1 when there are none. */
  precision: number
  recall: number
  f1: number
  /** The same by record (Bagga and Baldwin 1998), which hides a few huge wrong clusters. */
  bcubedPrecision: number
  bcubedRecall: number
  bcubedF1: number
  /** Of the pairs that own identifiers connect, the share put together; 1 when there are none. */
  reachableRecall: number
  largestCluster: number
}

/** Scores a grouping of records against the truth from the contingency table; pairs are never listed. */
export function scoreClusters(rows: Iterable<ScoredRow>): ClusterScore {
  const truth = createCounts()
  const predicted = createCounts()
  const reachable = createCounts()
  const cells = createCells()
  const reachableCells = createCells()
  for (const row of rows) {
    const count = row.count ?? 1
    const cluster = predicted.add(row.predicted, count)
    cells.add(truth.add(row.truth, count), cluster, count)
    if (row.reachable !== undefined)
      reachableCells.add(reachable.add(row.reachable, count), cluster, count)
  }
  const together = cells.pairs()
  const precision = share(together, pairsIn(predicted.sizes))
  const recall = share(together, pairsIn(truth.sizes))
  const records = predicted.sizes.reduce((sum, size) => sum + size, 0)
  const bcubedPrecision = share(cells.squaresOver(predicted.sizes, 'column'), records)
  const bcubedRecall = share(cells.squaresOver(truth.sizes, 'row'), records)
  return {
    records,
    people: truth.sizes.length,
    customers: predicted.sizes.length,
    precision,
    recall,
    f1: harmonicMean(precision, recall),
    bcubedPrecision,
    bcubedRecall,
    bcubedF1: harmonicMean(bcubedPrecision, bcubedRecall),
    reachableRecall: share(reachableCells.pairs(), pairsIn(reachable.sizes)),
    largestCluster: predicted.sizes.reduce((largest, size) => Math.max(largest, size), 0),
  }
}

/**
 * The record id of the truth files within a touchpoint's source event id: touchpoints made from one record are
 * named `<kind>:<record id>[:<part>]` (`order:5001`, `contact:101:first_conversion`), all others as the record.
 */
export const recordIdOf = (sourceEventId: string): string =>
  /^[a-z_]+:([^:]+)(:|$)/.exec(sourceEventId)?.[1] ?? sourceEventId

function createCounts() {
  const numbers = new Map<string, number>()
  const sizes: number[] = []
  return {
    sizes,
    add(name: string, count: number): number {
      const known = numbers.get(name)
      const number = known ?? sizes.length
      if (known === undefined) numbers.set(name, number)
      sizes[number] = (sizes[number] ?? 0) + count
      return number
    },
  }
}

/** Cells of a sparse table; a cell's key holds row and column in one number (up to 2^26 columns). */
function createCells() {
  const columns = 2 ** 26
  const counts = new Map<number, number>()
  return {
    add(row: number, column: number, count: number): void {
      const key = row * columns + column
      counts.set(key, (counts.get(key) ?? 0) + count)
    },
    pairs: (): number => pairsIn(counts.values()),
    squaresOver(sizes: readonly number[], side: 'row' | 'column'): number {
      let sum = 0
      for (const [key, count] of counts) {
        const at = side === 'row' ? Math.floor(key / columns) : key % columns
        sum += count ** 2 / sizes[at]!
      }
      return sum
    },
  }
}

function pairsIn(sizes: Iterable<number>): number {
  let pairs = 0
  for (const size of sizes) pairs += (size * (size - 1)) / 2
  return pairs
}

const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole)

const harmonicMean = (left: number, right: number): number =>
  left + right === 0 ? 0 : (2 * left * right) / (left + right)
