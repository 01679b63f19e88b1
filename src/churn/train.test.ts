import { expect, test } from '@jest/globals'
import { testSettings } from '../testing/churn.js'
import { randomNumbers, randomSample } from '../testing/churn-sample.js'
import { scoresOf } from './folds.js'
import { columnOf, type Sample } from './sample.js'
import { churnSettings } from './settings.js'
import { type Figure, trainAndJudge } from './train.js'

const settings = churnSettings(testSettings)
const figureOf = (figures: readonly Figure[], sample: string, metric: string): number =>
  figures.find(
    (figure) => figure.model === 'logistic' && figure.sample === sample && figure.metric === metric,
  )!.value!

function withShuffledOutcomes(sample: Sample, seed: number): Sample {
  const next = randomNumbers(seed)
  const outcomes = Uint8Array.from(sample.outcomes)
  for (let k = outcomes.length - 1; k > 0; k--) {
    const other = Math.floor(next() * (k + 1))
    ;[outcomes[k], outcomes[other]] = [outcomes[other]!, outcomes[k]!]
  }
  return { ...sample, outcomes }
}

test('shuffled outcomes cannot be predicted: AUC 0.5, in the newer snapshot and across folds', async () => {
  const train = withShuffledOutcomes(randomSample(6_000, 11), 1)
  const newer = withShuffledOutcomes(randomSample(6_000, 12), 2)
  const { figures } = await trainAndJudge(train, newer, settings)
  expect(Math.abs(figureOf(figures, 'test', 'auc') - 0.5)).toBeLessThan(0.02)
  expect(Math.abs(figureOf(figures, 'cross_validation', 'auc') - 0.5)).toBeLessThan(0.02)
})

test('a feature that knows the outcome raises a warning, and plausible ones do not', async () => {
  const sample = randomSample(1500, 13)
  const newer = randomSample(600, 14)
  const warnings = (figures: readonly Figure[]) =>
    figures.filter(({ status }) => status === 'warning').map(({ metric }) => metric)
  expect(warnings((await trainAndJudge(sample, newer, settings)).figures)).toEqual([])
  columnOf(sample, 'tickets_90d').set(Array.from(sample.outcomes, (outcome) => 1 - outcome))
  expect(warnings((await trainAndJudge(sample, newer, settings)).figures)).toEqual([
    'auc_of_tickets_90d',
  ])
})

test('the published model is calibrated on the newer snapshot; the test figures are from before', async () => {
  const newer = randomSample(900, 16)
  newer.outcomes.fill(0, 0, 300)
  const { model, figures } = await trainAndJudge(randomSample(1500, 15), newer, settings)
  const rate = figureOf(figures, 'test', 'base_rate')
  expect(figureOf(figures, 'calibrated', 'mean_score')).toBeCloseTo(rate, 10)
  expect(figureOf(figures, 'test', 'mean_score')).toBeGreaterThan(rate + 0.05)
  expect(figureOf(figures, 'calibrated', 'auc')).toBe(figureOf(figures, 'test', 'auc'))
  const scores = scoresOf(model!, newer)
  expect(scores.reduce((sum, score) => sum + score, 0) / 900).toBeCloseTo(rate, 10)
})

test.each([
  ['few rows', randomSample(499, 17), randomSample(600, 18), /^499 training rows, at least 500/],
  ['few churners', onlyFirst(randomSample(600, 19), 49), randomSample(600, 20), /^49 churned/],
  ['few retained', allButFirst(randomSample(600, 19), 49), randomSample(600, 20), /^49 retained/],
  ['nothing to judge', randomSample(600, 21), onlyFirst(randomSample(600, 22), 0), /both outcomes/],
])('too little to learn from is refused with a reason: %s', async (_name, train, newer, reason) => {
  const { model, figures } = await trainAndJudge(train, newer, settings)
  expect(model).toBeUndefined()
  expect(figures.map(({ metric }) => metric)).toEqual(['rows', 'churners'])
  for (const figure of figures) {
    expect(figure.status).toBe('refused')
    expect(figure.reason).toMatch(reason)
  }
})

test('training rows of which no feature tells one from another are refused with a reason', async () => {
  const train = randomSample(600, 23)
  for (const column of train.columns.values()) column.fill(1)
  const { model, figures } = await trainAndJudge(train, randomSample(600, 24), settings)
  expect(model).toBeUndefined()
  expect(figures.map(({ status }) => status)).toEqual(['refused', 'refused'])
  expect(figures[0]!.reason).toMatch(/^600 training rows, all with equal features/)
})

function onlyFirst(sample: Sample, churned: number): Sample {
  return { ...sample, outcomes: sample.outcomes.map((_, row) => (row < churned ? 1 : 0)) }
}

function allButFirst(sample: Sample, retained: number): Sample {
  return { ...sample, outcomes: sample.outcomes.map((_, row) => (row < retained ? 0 : 1)) }
}
