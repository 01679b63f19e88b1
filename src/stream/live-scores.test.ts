import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { withKeptTables } from '../testing/kept-sample.js'
import { type PublishedRow, readLatest, readRows } from '../testing/run-project.js'
import { hashesOf, type StreamProject } from '../testing/stream-project.js'
import { takeStreamSample } from '../testing/take-stream-sample.js'
import { version } from '../version.js'

const streams = takeStreamSample(3000)

/** So little makes a model of a sample. */
const soon = { minimum_rows: 20, minimum_churners: 5, training_cutoffs: 2 }

async function projectWithModel(name: string, live: boolean): Promise<StreamProject> {
  const project = await streams.create(name, { batch_records: 200, live_scores: live })
  Object.assign(project.config.churn, soon)
  await project.land()
  await project.feed(0, 0.6)
  await project.stream()
  return project
}

/** Files beside a release, the newest last. */
async function liveFiles({ config }: StreamProject, release: string): Promise<string[]> {
  const folder = path.join(config.storage.warehouse, 'live', 'churn_scores', `release=${release}`)
  const names = await readdir(folder).catch((): string[] => [])
  return names.sort().map((name) => path.join(folder, name))
}

/** Streams what is left bit by bit, then publishes with nothing new; the rows that each batch put beside the release. */
async function streamOn(project: StreamProject): Promise<PublishedRow[][]> {
  const { release } = await project.released()
  const stop = new AbortController()
  const batches: PublishedRow[][] = []
  let reading = Promise.resolve()
  const readNew = async () => {
    const files = await liveFiles(project, release)
    for (const file of files.slice(batches.length)) batches.push(await readRows(file))
  }
  await project.feed(0.6, 1)
  await project.stream({
    untilCaughtUp: false,
    signal: stop.signal,
    onBatch: () => {
      reading = reading.then(readNew)
    },
    // Also called when nothing was found: all that came is in batches then.
    onTurn: (lag) => {
      if (lag === 0) stop.abort()
    },
  })
  await reading
  return batches
}

const latestOf = ({ config }: StreamProject) =>
  readLatest(path.join(config.storage.warehouse, 'latest'))

/** Log-odds of everybody at the point in time of a release, by the terms of another one. */
async function logOddsBy(
  terms: readonly PublishedRow[],
  { config }: StreamProject,
  release: string,
): Promise<Map<unknown, number>> {
  const [intercept, ...others] = terms.toSorted((a, b) => Number(a.term_no) - Number(b.term_no))
  const sum = [intercept!.coefficient, ...others.map(({ expression }) => expression)].join(' + ')
  const rows = await withKeptTables(config, { release, version }, ({ engine }) =>
    engine.query(`select f.customer_id, ${sum} as log_odds from churn_features f
      join churn_cutoffs c on c.cutoff_at = f.cutoff_at and c.purpose = 'score'`),
  )
  return new Map(rows.map(({ customer_id, log_odds }) => [customer_id, Number(log_odds)]))
}

const touchpointCounts = (touchpoints: readonly PublishedRow[]): Map<unknown, number> => {
  const counts = new Map<unknown, number>()
  for (const { customer_id } of touchpoints)
    counts.set(customer_id, (counts.get(customer_id) ?? 0) + 1)
  return counts
}

test.each([
  ['moves on', true],
  ['stands still', false],
])(
  'each batch puts the scores of the customers whom it touches beside the release, by its model and as of now, which %s',
  async (name, movesOn) => {
    const project = await projectWithModel(name, true)
    const before = await latestOf(project)
    const first = (await project.released()).release
    const scoredBefore = before.get('churn_scores')!
    expect(scoredBefore.length).toBeGreaterThan(20)
    if (movesOn) await project.append('clicks-0', [clickOn('2026-01-03')])
    const batches = await streamOn(project)
    const after = await latestOf(project)
    const second = (await project.released()).release
    expect(batches.length).toBeGreaterThan(2)

    // The last batch came to the point in time of the second release, whose features are those of everybody.
    const last = batches.at(-1)!
    const expected = await logOddsBy(before.get('churn_terms')!, project, second)
    const asOf = after.get('churn_scores')![0]!.as_of as Date
    expect(asOf > (scoredBefore[0]!.as_of as Date)).toBe(movesOn)
    const scored = last.filter(({ score }) => score !== null)
    expect(scored.length).toBeGreaterThan(2)
    for (const { customer_id, log_odds, as_of } of scored) {
      expect(as_of).toEqual(asOf)
      expect(log_odds).toBeCloseTo(expected.get(customer_id)!, 9)
    }
    for (const { customer_id, score } of last)
      if (score === null) expect(expected.get(customer_id)).toBeUndefined()
    const wasScored = ({ customer_id, score }: PublishedRow) =>
      scoredBefore.some((row) => row.customer_id === customer_id && row.score === score)
    expect(scored.filter((row) => !wasScored(row)).length).toBeGreaterThan(2)

    // No new customer has a row, and every known one whose touchpoints changed has one.
    const known = new Set(before.get('customers')!.map(({ customer_id }) => customer_id))
    const live = new Set(batches.flat().map(({ customer_id }) => customer_id))
    expect([...live].filter((customer) => !known.has(customer))).toEqual([])
    const [counts, later] = [before, after].map((tables) =>
      touchpointCounts(tables.get('touchpoints')!),
    )
    const changed = [...known].filter((id) => counts!.get(id) !== later!.get(id))
    expect(changed.length).toBeGreaterThan(20)
    expect(changed.filter((customer) => !live.has(customer))).toEqual([])

    // Who has listed them before the second release can still read them; with the third they go.
    expect(await liveFiles(project, first)).toHaveLength(batches.length)
    const released = hashesOf(await project.released())
    expect(hashesOf(await project.full())).toEqual(released)
    expect(await liveFiles(project, first)).toEqual([])
  },
  600_000,
)

const clickOn = (day: string): Buffer =>
  Buffer.from(JSON.stringify({ customer: 'c1', time: `${day}T10:00:00Z`, event: 'visit' }))

test('nothing is beside a release when that is not asked for', async () => {
  const project = await projectWithModel('quiet', false)
  expect(await streamOn(project)).toEqual([])
}, 600_000)
