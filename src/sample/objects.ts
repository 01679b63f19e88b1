import { gzipSync } from 'node:zlib'
import { type Books, enter } from './books.js'
import {
  type Defect,
  type DefectDays,
  impossibleDateLine,
  malformedLine,
  strangerRecordId,
  testOrderId,
  testOrderLine,
} from './defects.js'
import { day, type World } from './diary.js'
import { exports } from './exports/exports.js'
import { googleAdsHeader, googleAdsLines } from './exports/google-ads.js'
import type { Window } from './population.js'
import type { Touch, TouchSource } from './touch.js'
import { lonelyTruthLine, truthHeader, truthLine } from './truth.js'

/** An object to be written: `key` starts with `raw/` or `truth/`. */
export interface SampleObject {
  key: string
  body: Uint8Array
}

/** The rows of a window and the accounts that its objects are entered into. */
export interface Batch {
  world: World
  dates: readonly string[]
  window: Window
  touches: readonly Touch[]
  plan: DefectDays
  books: Books
  defects: Defect[]
  /** Truth lines of the defects that are records. */
  lonely: string[]
}

/** The window's objects of all sources, in order of key, with the defects that fall into them. */
export function* rawObjects(batch: Batch): Generator<SampleObject> {
  for (const [key, touches] of grouped(batch)) {
    const { source } = touches[0]!.detail
    const lines = linesOf(batch, source, key, touches)
    const body = bodyOf(key, lines, exports[source].header)
    yield { key: `raw/${key}`, body }
    if (key === exports.segment.keyOf(batch.plan.repeated)) yield repeated(batch, key, body, lines)
  }
  yield* spendObjects(batch)
}

/** Whose records the window's rows are, a file a month; the defects are in the last one. */
export function* truthObjects(batch: Batch): Generator<SampleObject> {
  const { world, dates, window, touches, lonely } = batch
  const months = monthsOf(window.dates)
  const byMonth = new Map(months.map((month): [string, Touch[]] => [month, []]))
  for (const touch of touches) {
    const date = dates[Math.floor((touch.receivedAt - world.from) / day)]!
    if (!touch.copy) byMonth.get(date.slice(0, 7))?.push(touch)
  }
  for (const [month, own] of byMonth) {
    const lines = own.map((touch) => truthLine(world.seed, touch))
    const rest = month === months.at(-1) ? lonely : []
    const key = `truth/persons-${month}.csv`
    yield { key, body: bodyOf(key, [...lines, ...rest], truthHeader) }
  }
}

const monthsOf = (dates: readonly string[]): string[] => [
  ...new Set(dates.map((date) => date.slice(0, 7))),
]

function grouped({ world, dates, touches }: Batch): [string, Touch[]][] {
  const groups = new Map<string, Touch[]>()
  for (const touch of touches) {
    const date = dates[Math.floor((touch.receivedAt - world.from) / day)]!
    const key = exports[touch.detail.source].keyOf(date)
    const group = groups.get(key)
    if (group) group.push(touch)
    else groups.set(key, [touch])
  }
  return [...groups].sort(([left], [right]) => (left < right ? -1 : 1))
}

/** The object's lines in the order in which they were received. */
function linesOf(batch: Batch, source: TouchSource, key: string, touches: Touch[]): string[] {
  touches.sort((left, right) => left.receivedAt - right.receivedAt)
  const { seed } = batch.world
  const lines = touches.map((touch) => exports[source].lineOf(seed, touch))
  const copies = touches.reduce((count, touch) => count + (touch.copy ? 1 : 0), 0)
  const rows = lines.length
  enter(batch.books, source, { objects: 1, rows, copies, records: rows - copies })
  addDefects(batch, source, key, lines)
  return lines
}

function addDefects(batch: Batch, source: TouchSource, key: string, lines: string[]): void {
  const { plan, world, lonely } = batch
  const add = (kind: Defect['kind'], expected: Defect['expected'], line: string): void => {
    lines.push(line)
    batch.defects.push({ kind, key, rows: 1, expected })
    enter(batch.books, source, { rows: 1, rejected: 1 })
  }
  const falls = (due: TouchSource, date: string): boolean =>
    source === due && key === exports[due].keyOf(date)
  if (falls('segment', plan.malformed)) add('malformed_line', 'rejected', malformedLine(lines[0]!))
  if (falls('segment', plan.impossible)) {
    const year = new Date(world.from).getUTCFullYear()
    add('impossible_date', 'rejected', impossibleDateLine(String(year)))
    lonely.push(lonelyTruthLine('segment', strangerRecordId))
  }
  if (falls('shopify', plan.testOrder)) {
    add('test_order', 'ignored', testOrderLine(lines[0]!))
    lonely.push(lonelyTruthLine('shopify', testOrderId))
  }
}

/** The same object under a second name, as a hand-made copy leaves it. */
function repeated(batch: Batch, key: string, body: Uint8Array, lines: string[]): SampleObject {
  const copyKey = key.replace('.ndjson', ' (1).ndjson')
  const rows = lines.length
  batch.defects.push({ kind: 'same_object_twice', key: copyKey, rows, expected: 'duplicate' })
  enter(batch.books, 'segment', { objects: 1, rows, copies: rows })
  return { key: `raw/${copyKey}`, body }
}

function* spendObjects(batch: Batch): Generator<SampleObject> {
  const { world, window, books } = batch
  const visits = paidVisits(batch)
  for (const month of monthsOf(window.dates)) {
    const lines = window.dates
      .filter((date) => date.startsWith(month))
      .flatMap((date) => googleAdsLines(world.seed, date, visits.get(date) ?? new Map()))
    enter(books, 'google_ads', { objects: 1, rows: lines.length, records: lines.length })
    const key = `raw/google_ads/${month}.csv`
    yield { key, body: bodyOf(key, lines, googleAdsHeader) }
  }
}

/** Visits that a paid click began, by day and campaign. */
function paidVisits({ world, dates, touches }: Batch): Map<string, Map<string, number>> {
  const visits = new Map<string, Map<string, number>>()
  for (const { at, copy, detail } of touches) {
    if (copy || detail.source !== 'segment' || !detail.landing || !detail.visit.paid) continue
    const date = dates[Math.floor((at - world.from) / day)]!
    const counts = visits.get(date) ?? new Map<string, number>()
    counts.set(detail.visit.paid.id, (counts.get(detail.visit.paid.id) ?? 0) + 1)
    visits.set(date, counts)
  }
  return visits
}

function bodyOf(key: string, lines: readonly string[], header?: string): Uint8Array {
  const text = `${(header === undefined ? lines : [header, ...lines]).join('\n')}\n`
  if (!key.endsWith('.gz')) return Buffer.from(text)
  const packed = gzipSync(text, { level: 3 })
  // The header names the operating system; 255 is "unknown", so that all machines write the same bytes.
  packed[9] = 255
  return packed
}
