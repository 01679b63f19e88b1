import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { type AdditiveModel, logOddsOf, probability, type Train } from './model.js'
import { rowCount, rowsAt, type Sample } from './sample.js'

export const foldCount = 5

/** A number below 2^32 that seed, purpose and customer decide. */
const hashOf = (customerId: string, purpose: string, seed: number): number =>
  createHash('sha256').update(`${seed}|${purpose}|${customerId}`).digest().readUInt32BE(0)

/** The fold of a customer, the same for all snapshots of that customer. */
const foldOf = (customerId: string, seed: number): number =>
  hashOf(customerId, 'fold', seed) % foldCount

/** About so many rows of a larger sample, every row of a customer or none. */
export function someCustomers(sample: Sample, rows: number, seed: number): Sample {
  if (rowCount(sample) <= rows) return sample
  const limit = (rows / rowCount(sample)) * 2 ** 32
  const places = [...sample.customerIds.keys()]
  return rowsAt(
    sample,
    places.filter((row) => hashOf(sample.customerIds[row]!, 'some', seed) < limit),
  )
}

export interface Fold {
  train: number[]
  test: number[]
}

/** Places of rows to train on and to judge on, a pair a fold; no customer is on both sides. */
export function foldsOf(sample: Sample, seed: number): Fold[] {
  const foldOfRow = sample.customerIds.map((customerId) => foldOf(customerId, seed))
  return Array.from({ length: foldCount }, (_, fold) => {
    const train: number[] = []
    const test: number[] = []
    foldOfRow.forEach((of, row) => {
      ;(of === fold ? test : train).push(row)
    })
    return { train, test }
  })
}

/**
 * The score of each row by a model that never saw its customer; scaling is learned inside each fold too. Between folds
 * others have their turn, such as a model that could begin.
 */
export async function crossValidatedScores(
  sample: Sample,
  train: Train,
  seed: number,
): Promise<Float64Array> {
  const scores = new Float64Array(rowCount(sample))
  for (const fold of foldsOf(sample, seed)) {
    await setImmediate()
    const judged = rowsAt(sample, fold.test)
    scoresOf(train(rowsAt(sample, fold.train)), judged).forEach((score, k) => {
      scores[fold.test[k]!] = score
    })
  }
  return scores
}

/** Probabilities of churn of every row. */
export const scoresOf = (model: AdditiveModel, sample: Sample): Float64Array =>
  logOddsOf(model, sample).map(probability)
