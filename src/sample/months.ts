import { gunzipSync } from 'node:zlib'
import { generateSample, type SampleOptions } from './generate.js'
import type { SampleObject } from './objects.js'

/** What comes in one month: web events one by one, and the exports of the other systems. */
export interface SampleMonth {
  month: string
  events: string[]
  exports: SampleObject[]
}

/** The sample as it comes, month by month; an export without a month in its name comes with the first. */
export function sampleMonths(options: SampleOptions): SampleMonth[] {
  const months = new Map<string, SampleMonth>()
  const undated: SampleObject[] = []
  for (const { key, body } of generateSample(options)) {
    if (!key.startsWith('raw/')) continue
    const object = { key: key.slice('raw/'.length), body }
    const month = /\d{4}-\d{2}/.exec(key)?.[0]
    if (month === undefined) {
      undated.push(object)
      continue
    }
    const found = months.get(month) ?? { month, events: [], exports: [] }
    months.set(month, found)
    if (key.startsWith('raw/segment/')) found.events.push(...linesOf(body))
    else found.exports.push(object)
  }
  const inOrder = [...months.values()].sort((a, b) => (a.month < b.month ? -1 : 1))
  inOrder[0]?.exports.push(...undated)
  return inOrder
}

const linesOf = (body: Uint8Array): string[] =>
  gunzipSync(body).toString().split('\n').filter(Boolean)
