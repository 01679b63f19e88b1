import { ThroughlineError } from '../errors.js'
import type { Books, SampleSummary } from './books.js'
import { type Defect, planDefects } from './defects.js'
import { day, type World } from './diary.js'
import { liveTogether } from './life.js'
import { planMailings } from './mail.js'
import { type Batch, rawObjects, type SampleObject, truthObjects } from './objects.js'
import { createHousehold } from './people.js'
import { daysOf, type Population, populate, type Window, windowsOf } from './population.js'
import type { Touch } from './touch.js'

export interface SampleOptions {
  seed?: number
  /** About how many distinct records: the size is met to within one household. */
  touchpoints?: number
  days?: number
  /** Last day of the exports, `YYYY-MM-DD`. */
  endsOn?: string
}

const sampleDefaults = { seed: 7, touchpoints: 60_000, days: 365, endsOn: '2025-12-31' }

/**
 * Makes the raw exports of a small shop (`raw/…`), the truth about them (`truth/…`) and, as the return value,
 * a summary. The same options give the same bytes. At most about 600,000 rows (or one month) are in memory at a time.
 */
export function* generateSample(
  options: SampleOptions = {},
): Generator<SampleObject, SampleSummary> {
  const settings = { ...sampleDefaults, ...options }
  const world = createWorld(settings)
  const dates = daysOf(world.from, world.until)
  const windows = windowsOf(world.from, world.until, settings.touchpoints)
  const population = populate(world, windows, settings.touchpoints)
  const books: Books = new Map()
  const defects: Defect[] = []
  const plan = planDefects(dates)
  for (const [index, window] of windows.entries()) {
    const touches = touchesIn(world, population, window, index)
    const batch: Batch = { world, dates, window, touches, plan, books, defects, lonely: [] }
    yield* rawObjects(batch)
    yield* truthObjects(batch)
  }
  yield* emptyObjects(defects)
  const summary = summarise(world, population, books, defects)
  yield { key: 'truth/summary.json', body: Buffer.from(`${JSON.stringify(summary, null, 2)}\n`) }
  return summary
}

function createWorld({ seed, touchpoints, days, endsOn }: Required<SampleOptions>): World {
  const until = Date.parse(`${endsOn}T00:00:00.000Z`) + day
  if (Number.isNaN(until)) throw badOption('endsOn', 'a date as YYYY-MM-DD', endsOn)
  if (!(days >= 30 && days <= 900)) throw badOption('days', 'a number from 30 to 900', days)
  if (!(touchpoints >= 1 && touchpoints <= 2e7))
    throw badOption('touchpoints', 'a number from 1 to 20,000,000', touchpoints)
  const from = until - Math.round(days) * day
  const kiosks = Math.max(2, Math.round(touchpoints / 15_000))
  return { seed, from, until, mailings: planMailings(from, until), kiosks }
}

const badOption = (name: string, expected: string, found: unknown): ThroughlineError =>
  new ThroughlineError({
    code: 'usage',
    at: `sample option ${name}`,
    expected,
    found: String(found),
    remedy: 'Give another value.',
  })

function touchesIn(world: World, population: Population, window: Window, index: number): Touch[] {
  const touches: Touch[] = []
  for (let household = 0; household < population.households; household += 1) {
    if (!population.activeIn(household, index)) continue
    for (const touch of liveTogether(world, createHousehold(world.seed, household)))
      if (touch.receivedAt >= window.from && touch.receivedAt < window.until) touches.push(touch)
  }
  return touches
}

/** An export that failed and left nothing, and the marker that some tools put where a folder would be. */
function* emptyObjects(defects: Defect[]): Generator<SampleObject> {
  const empty = new Uint8Array()
  for (const [kind, key] of [
    ['empty_object', 'delighted/responses-failed.ndjson'],
    ['folder_marker', 'klaviyo/'],
  ] as const) {
    defects.push({ kind, key, rows: 0, expected: 'no rows' })
    yield { key: `raw/${key}`, body: empty }
  }
}

function summarise(
  world: World,
  population: Population,
  books: Books,
  defects: readonly Defect[],
): SampleSummary {
  let touchpoints = 0
  for (const [source, book] of books) if (source !== 'google_ads') touchpoints += book.records
  return {
    seed: world.seed,
    from: new Date(world.from).toISOString().slice(0, 10),
    until: new Date(world.until).toISOString().slice(0, 10),
    touchpoints,
    sources: Object.fromEntries([...books].sort(([left], [right]) => (left < right ? -1 : 1))),
    census: { ...population.census, kiosks: world.kiosks },
    defects,
  }
}
