import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { sharedData } from '../testing/shared-data.js'
import type { Feature } from './features.js'
import { crossValidatedScores } from './folds.js'
import { trainLogistic } from './logistic.js'
import { metricsOf } from './metrics.js'
import type { Sample } from './sample.js'

const file = sharedData('churn', 'telco_customer_churn.csv.gz')
const onTelco = file ? test : test.skip

const numeric = ['tenure', 'MonthlyCharges', 'TotalCharges']

/** The table with numbers as they are, missing ones as NaN, and a column of 0 and 1 a level of each text column. */
function telco(path: string): { sample: Sample; features: Feature[] } {
  const [header, ...rows] = gunzipSync(readFileSync(path))
    .toString('utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','))
  const columns = new Map<string, Float64Array>()
  header!.forEach((name, k) => {
    if (name === 'customerID' || name === 'Churn') return
    if (numeric.includes(name)) {
      columns.set(
        name,
        Float64Array.from(rows, (row) => Number.parseFloat(row[k]!)),
      )
    } else {
      for (const level of new Set(rows.map((row) => row[k]!)))
        columns.set(
          `${name}=${level}`,
          Float64Array.from(rows, (row) => (row[k] === level ? 1 : 0)),
        )
    }
  })
  return {
    sample: {
      customerIds: rows.map((row) => row[0]!),
      columns,
      outcomes: Uint8Array.from(rows, (row) => (row.at(-1) === 'Yes' ? 1 : 0)),
    },
    features: [...columns.keys()].map((name) => ({ name, transform: 'identity' })),
  }
}

onTelco(
  'the logistic model reaches its reference on Telco in five folds (skipped without shared data)',
  async () => {
    const { sample, features } = telco(file!)
    expect(metricsOf(new Float64Array(7043), sample.outcomes)).toMatchObject({
      rows: 7043,
      churners: 1869,
    })
    const train = (rows: Sample) => trainLogistic(rows, features, 1)
    const scores = await Promise.all(
      [100, 101].map((seed) => crossValidatedScores(sample, train, seed)),
    )
    const found = scores.map((ofSeed) => metricsOf(ofSeed, sample.outcomes))
    const mean = (name: 'auc' | 'pr_auc' | 'brier' | 'log_loss' | 'calibration_error') =>
      found.reduce((sum, metrics) => sum + metrics[name]!, 0) / found.length
    expect(mean('auc')).toBeGreaterThan(0.844)
    expect(mean('pr_auc')).toBeGreaterThan(0.65)
    expect(mean('brier')).toBeLessThan(0.137)
    expect(mean('log_loss')).toBeLessThan(0.42)
    expect(mean('calibration_error')).toBeLessThan(0.03)
  },
)
