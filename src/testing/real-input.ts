import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Config } from '../config.js'
import type { Storage } from '../storage/storage.js'
import { log, traps } from './bad-input.js'
import { exportShapes, shapeSources } from './export-shapes.js'
import { sharedData } from './shared-data.js'

/** Files of other projects, below `journeys/` of the shared data, under the sources that read them. */
const clicks = ['retentioneering_ecom/ecom.csv.gz', 'simple_shop/simple-onlineshop.csv.gz']
const events = 'snowplow_web/source/snowplow_web_events.csv.gz'

/** Of the shapes, those in a format that no other input has; all of them with THROUGHLINE_CASES=all. */
const isTaken = (source: string): boolean =>
  process.env.THROUGHLINE_CASES === 'all' || ['snowplow', 'intercom'].includes(source)

const takenShapes = exportShapes.filter(({ source }) => isTaken(source))

/** Exports of other projects, of systems as they write them, and those that are not as they should be. */
export const realSources: Config['sources'] = {
  clicks: {
    preset: 'event_log',
    prefix: 'clicks/',
    stream: 'web',
    columns: { customer: 'user_id', event: 'event', time: 'timestamp' },
  },
  web: { preset: 'snowplow', prefix: 'web/' },
  bad: { ...log(), prefix: 'bad/' },
  ...Object.fromEntries(
    takenShapes.map(({ source, file }) => [
      `shape_${source}`,
      { ...shapeSources[source]!, prefix: `shapes/${file}` },
    ]),
  ),
}

/** Fills a raw zone with them. */
export async function writeRealInput(raw: Storage): Promise<void> {
  for (const file of clicks) await raw.write(`clicks/${path.basename(file)}`, shared(file))
  await raw.write('clicks/channels.csv', await channelCases())
  await raw.write('web/events.csv.gz', shared(events))
  for (const { file } of takenShapes)
    await raw.write(`shapes/${file}`, shared(`exports/shapes/${file}`))
  for (const [index, { file, body, also, source }] of Object.values(traps).entries()) {
    if (source !== undefined) continue
    await raw.write(`bad/${index}/${file}`, body)
    if (also !== undefined) await raw.write(`bad/${index}/other.csv`, also)
  }
}

const shared = (file: string): { file: string } => ({ file: sharedData('journeys', file)! })

/** The cases of GA4's channel groups, each as an event of a customer of its own. */
async function channelCases(): Promise<string> {
  const { file } = shared('ga4_channel_group/cases.csv')
  const [, ...cases] = (await readFile(file, 'utf8')).trim().split('\n')
  const rows = cases.map((line, index) => `case${index},page_view,2024-01-01T00:00:00Z,${line}`)
  const header = 'user_id,event,timestamp,utm_source,utm_medium,utm_campaign,expected_channel'
  return `${[header, ...rows].join('\n')}\n`
}
