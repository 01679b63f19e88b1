import { expect, test } from '@jest/globals'
import { columnsOf } from '../contract.js'
import type { Engine, Row } from '../engines/engine.js'
import { lintSql } from '../lint/lint-sql.js'
import { randomSample } from '../testing/churn-sample.js'
import { contracts, withEngine } from '../testing/engine.js'
import { features } from './features.js'
import { trainLogistic } from './logistic.js'
import { type AdditiveModel, logOddsOf, probability, sqlDouble } from './model.js'
import { columnOf, rowCount, rowsAt, type Sample } from './sample.js'
import { namedDrivers, scoreSelect } from './score-sql.js'

const options = { modelId: 'm', horizonDays: 90, mediumRiskFrom: 0.4, highRiskFrom: 0.7 }
const sample: Sample = {
  ...randomSample(10_000, 31),
  customerIds: Array.from({ length: 10_000 }, (_, row) => `c${String(row).padStart(5, '0')}`),
}
const model = trainLogistic(rowsAt(sample, [...Array(2000).keys()]), features, 1)

async function scored(engine: Engine, of: AdditiveModel): Promise<Row[]> {
  const cutoff = '2025-01-01 00:00:00'
  const rows = sample.customerIds.map((customer_id, row) => ({
    customer_id,
    cutoff_at: cutoff,
    ...Object.fromEntries(
      features.map(({ name }) => {
        const value = columnOf(sample, name)[row]!
        return [name, Number.isNaN(value) ? null : value]
      }),
    ),
  }))
  await engine.writeRows('churn_features', columnsOf(contracts.get('churn_features')!), rows)
  await engine.writeRows('churn_cutoffs', columnsOf(contracts.get('churn_cutoffs')!), [
    { cutoff_at: cutoff, purpose: 'score', days_before_as_of: 0 },
  ])
  return engine.query(`select * from (${scoreSelect(of, options)}) s order by customer_id`)
}

test('SQL and TypeScript agree to 1e-12 on 10,000 customers, and the drivers sum to the score', async () => {
  await withEngine({}, async (engine) => {
    const rows = await scored(engine, model)
    const logOdds = logOddsOf(model, sample)
    expect(rows).toHaveLength(rowCount(sample))
    const distances = rows.map((row, k) => ({
      logOdds: Math.abs(Number(row.log_odds) - logOdds[k]!),
      score: Math.abs(Number(row.score) - probability(logOdds[k]!)),
      drivers: Math.abs(Number(row.log_odds) - driversSum(row)),
    }))
    expect(Math.max(...distances.map((distance) => distance.logOdds))).toBeLessThan(1e-12)
    expect(Math.max(...distances.map((distance) => distance.score))).toBeLessThan(1e-12)
    expect(Math.max(...distances.map((distance) => distance.drivers))).toBeLessThan(1e-9)
  })
})

const driversSum = (row: Row): number =>
  Array.from({ length: namedDrivers }, (_, k) =>
    Number(row[`driver_${k + 1}_contribution`]),
  ).reduce(
    (sum, contribution) => sum + contribution,
    Number(row.intercept) + Number(row.other_contribution),
  )

test('the named drivers are the largest terms, in order, and the select has the columns of its contract', async () => {
  await withEngine({}, async (engine) => {
    const rows = await scored(engine, model)
    const terms = model.terms.map((term) => ({
      name: term.name,
      sizes: term.contributions(sample).map(Math.abs),
    }))
    for (const [row, found] of rows.slice(0, 200).entries()) {
      const largest = terms
        .filter(({ sizes }) => sizes[row]! > 0)
        .sort((a, b) => b.sizes[row]! - a.sizes[row]!)
        .slice(0, namedDrivers)
        .map(({ name }) => name)
      const named = Array.from({ length: namedDrivers }, (_, k) => found[`driver_${k + 1}`])
      expect(named).toEqual(largest)
    }
    expect(await engine.describe(scoreSelect(model, options))).toEqual(
      columnsOf(contracts.get('churn_scores')!),
    )
  })
})

test('terms of any kind are scored: two look-ups, one of them nothing, and an extreme score', async () => {
  const lookUps: AdditiveModel = {
    intercept: -1,
    terms: [
      {
        name: 'much',
        expression: 'case when purchases < 5e0 then 1e3 else -1e3 end',
        contributions: () => new Float64Array(),
      },
      { name: 'nothing', expression: '0e0', contributions: () => new Float64Array() },
    ],
  }
  await withEngine({}, async (engine) => {
    const rows = await scored(engine, lookUps)
    const risky = rows.find((row) => Number(row.log_odds) > 0)!
    expect(risky).toMatchObject({ driver_1: 'much', driver_1_contribution: 1000, driver_2: null })
    expect(risky).toMatchObject({ log_odds: 999, other_contribution: 0, risk_band: 'high' })
    expect(rows.every((row) => Number(row.score) >= 0 && Number(row.score) <= 1)).toBe(true)
  })
})

test('the generated SQL passes the portability lint', async () => {
  const sql = `-- One row per customer\n${scoreSelect(model, options)}`
  expect(await lintSql('score', sql, new Set())).toEqual([])
})

test('numbers keep all their digits and are never read as decimals', () => {
  expect(sqlDouble(0.1)).toBe('1.0000000000000001e-1')
  expect(sqlDouble(-2)).toBe('(-2.0000000000000000e+0)')
  expect(Number(sqlDouble(Math.PI))).toBe(Math.PI)
})
