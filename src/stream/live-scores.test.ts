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
  const batches: Promise<PublishedRow[]>[] = []
  let known = 0
  await project.feed(0.6, 1)
  const readNew = async (isLast: boolean) => {
    const files = await liveFiles(project, release)
    batches.push(...files.slice(known).map(readRows))
    known = files.length
    await Promise.all(batches)
    if (isLast) stop.abort()
  }
  let reading = Promise.resolve()
  await project.stream({
    untilCaughtUp: false,
    signal: stop.signal,
    onBatch: ({ lag }) => {
      reading = reading.then(() => readNew(lag === 0))
    },
  })
  await reading
  return Promise.all(batches)
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

test('each batch puts the scores of the customers whom it touches beside the release, by its model and as of now', async () => {
  const project = await projectWithModel('live', true)
  const before = await latestOf(project)
  const first = (await project.released()).release
  expect(before.get('churn_scores')!.length).toBeGreaterThan(20)
  const batches = await streamOn(project)
  const after = await latestOf(project)
  const second = (await project.released()).release
  expect(batches.length).toBeGreaterThan(2)

  // The last batch came to the point in time of the second release, whose features are those of everybody.
  const last = batches.at(-1)!
  const expected = await logOddsBy(before.get('churn_terms')!, project, second)
  expect(last.length).toBeGreaterThan(2)
  for (const { customer_id, log_odds, as_of } of last) {
    expect(as_of).toEqual(after.get('churn_scores')![0]!.as_of)
    expect(log_odds).toBeCloseTo(expected.get(customer_id)!, 9)
  }
  const moved = last.filter(({ customer_id, score }) =>
    before
      .get('churn_scores')!
      .some((row) => row.customer_id === customer_id && row.score !== score),
  )
  expect(moved.length).toBeGreaterThan(2)

  // Nobody new, and everybody else who is another than before.
  const known = new Set(before.get('customers')!.map(({ customer_id }) => customer_id))
  const scored = new Set(batches.flat().map(({ customer_id }) => customer_id))
  expect([...scored].filter((customer) => !known.has(customer))).toEqual([])
  const [counts, later] = [before, after].map((tables) =>
    touchpointCounts(tables.get('touchpoints')!),
  )
  const changed = after
    .get('churn_scores')!
    .map(({ customer_id }) => customer_id)
    .filter((id) => known.has(id) && counts!.get(id) !== later!.get(id))
  expect(changed.length).toBeGreaterThan(20)
  expect(changed.filter((customer) => !scored.has(customer))).toEqual([])

  // They are the release's own now, and those of a full run.
  for (const release of [first, second]) expect(await liveFiles(project, release)).toEqual([])
  const released = hashesOf(await project.released())
  expect(hashesOf(await project.full())).toEqual(released)
}, 600_000)

test('nothing is beside a release when that is not asked for', async () => {
  const project = await projectWithModel('quiet', false)
  expect(await streamOn(project)).toEqual([])
}, 600_000)
