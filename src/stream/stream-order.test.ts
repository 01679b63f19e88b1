import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type PublishedRow, readLatest } from '../testing/run-project.js'
import { createStreamProject, hashesOf, type StreamProject } from '../testing/stream-project.js'

/** Orders to try beside the natural one; with all of them the machine is busy for a while. */
const orders = Number(process.env.THROUGHLINE_ORDERS ?? 1)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-order-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const at = (time: string, id: string, fields: object): string =>
  JSON.stringify({ id, event: 'visit', time: `2025-05-02T${time}:00Z`, ...fields })

/** Two visits become one session by one that comes late; two people become one by a login; an order is withdrawn. */
const steps: { records: string[]; rewrites?: true }[] = [
  {
    records: [
      at('10:00', 'late-1', { user: 'l', device: 'dl' }),
      at('11:00', 'merge-1', { device: 'dm' }),
      at('12:00', 'split-1', { email: 'one@shop.example', phone: '+442079460001' }),
    ],
    rewrites: true,
  },
  {
    records: [
      at('10:50', 'late-2', { user: 'l', device: 'dl' }),
      at('11:10', 'merge-2', { user: 'm' }),
      at('12:10', 'split-2', { email: 'two@shop.example', phone: '+442079460001' }),
    ],
  },
  {
    records: [
      at('10:25', 'late-3', { user: 'l', device: 'dl' }),
      at('11:20', 'merge-3', { device: 'dm', user: 'm' }),
      at('12:20', 'split-3', { email: 'three@shop.example', phone: '+442079460001' }),
    ],
  },
  { records: [], rewrites: true },
]

const orderLine = (order: string) =>
  at('13:00', `order-${order}`, { user: 'k', event: 'order_completed', order, revenue: '10' })
/** What the object holds at first, and after it was corrected. */
const versions = [`${orderLine('1')}\n${orderLine('2')}\n`, `${orderLine('2')}\n`]

async function createProject(name: string): Promise<StreamProject> {
  const logs = new Map([['events-0', []]])
  const project = await createStreamProject(
    path.join(folder, name),
    { logs, exports: folder },
    { poll_objects_seconds: 0.01 },
  )
  project.config.sources = {
    events: { preset: 'event_log', topic: 'events' },
    orders: { preset: 'event_log', prefix: 'orders/' },
  }
  await mkdir(path.join(project.folder, 'raw', 'orders'), { recursive: true })
  return project
}

/** Streams the steps in this order, each once what the one before has brought is in the tables. */
async function streamSteps(project: StreamProject, order: readonly number[]): Promise<number> {
  const stop = new AbortController()
  const left = [...order]
  const contents = [...versions]
  /** Objects of a step that are still to be taken in. */
  let missing = 0
  const step = async (): Promise<void> => {
    const index = left.shift()
    if (index === undefined) return stop.abort()
    const { records, rewrites } = steps[index]!
    missing = (records.length > 0 ? 1 : 0) + (rewrites ? 1 : 0)
    await project.append(
      'events-0',
      records.map((record) => Buffer.from(record)),
    )
    if (rewrites)
      await writeFile(path.join(project.folder, 'raw', 'orders', 'o.ndjson'), contents.shift()!)
  }
  const { batches } = await project.stream({
    untilCaughtUp: false,
    signal: stop.signal,
    onBatch({ objects }) {
      missing -= objects
    },
    onTurn() {
      if (missing === 0 && !stop.signal.aborted) void step()
    },
  })
  return batches
}

const counted = (rows: readonly PublishedRow[], column: string): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const row of rows) counts[String(row[column])] = (counts[String(row[column])] ?? 0) + 1
  return counts
}

/** Whatever the order, the tables are these, and those of a full run. */
async function expectTruth(project: StreamProject): Promise<Map<string, PublishedRow[]>> {
  const tables = await readLatest(path.join(project.config.storage.warehouse, 'latest'))
  const rows = (table: string) => tables.get(table)!
  expect(rows('customers')).toHaveLength(6)
  const events = Object.values(counted(rows('touchpoints'), 'customer_id')).sort()
  expect(events).toEqual([1, 1, 1, 1, 3, 3])
  const inTheMorning = rows('sessions').filter(
    ({ started_at }) => (started_at as Date).getUTCHours() === 10,
  )
  expect(inTheMorning).toHaveLength(1)
  const released = await project.released()
  expect(hashesOf(await project.full())).toEqual(hashesOf(released))
  return tables
}

test('a late visit joins sessions, a login merges, a shared phone splits, a correction withdraws', async () => {
  const project = await createProject('natural')
  expect(await streamSteps(project, [0, 1, 2, 3])).toBeGreaterThanOrEqual(4)
  const tables = await expectTruth(project)
  expect(counted(tables.get('customer_history')!, 'change')).toEqual({
    created: 6,
    joined: 2,
    merged: 1,
    split: 1,
  })
  expect(tables.get('customer_aliases')).toHaveLength(1)
}, 600_000)

test(`in whatever order the steps come (${orders} orders)`, async () => {
  let run = 0
  const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 })
  await fc.assert(
    fc.asyncProperty(order, async (indexes) => {
      const project = await createProject(`shuffled-${run++}`)
      await streamSteps(project, indexes)
      await expectTruth(project)
    }),
    { numRuns: orders, endOnFailure: true },
  )
}, 3_600_000)
