import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import type { Row } from '../engines/engine.js'
import { builtInFolder } from '../project.js'
import { collectFiles } from '../testing/collect-files.js'
import { exportShapes, shapeSources } from '../testing/export-shapes.js'

const shapes = path.resolve(builtInFolder, '../shared/data/journeys/exports/shapes')
const whenShared = existsSync(shapes) ? test : test.skip

whenShared('the 20 touchpoints of the shared export shapes come out equal', async () => {
  const expected = csv(await readFile(path.join(shapes, 'expected_touchpoints.csv'), 'utf8'))
  const collected = await collectFiles(shapes, shapeSources)
  const found = exportShapes.flatMap(({ file, source, touchpoints }) => {
    const { records } = collected.get(source)!
    const kept = records.filter(({ record_kind }) => record_kind === 'touchpoint')
    expect([file, kept.length]).toEqual([file, touchpoints])
    return kept.map((row) => foundLine(file, row))
  })
  const files20 = new Set(expected.map(({ file }) => file))
  expect(found.filter((line) => files20.has(line.split(' | ')[0]!)).sort()).toEqual(
    expected.map(expectedLine).sort(),
  )
  expect(expected).toHaveLength(20)
})

/** What a preset answers for: the channel of web traffic and the stage are found later. GA4 has ids of our making. */
const foundLine = (file: string, row: Row): string =>
  line([
    file,
    file.startsWith('ga4') ? '' : row.native_id,
    instantOf(String(row.occurred_at), row.time_precision === 'day'),
    row.source,
    row.channel,
    row.event_type,
    sorted(String(row.identifiers).split('\u001f')),
    row.session_hint,
    row.utm_source && line([row.utm_source, row.utm_medium, row.utm_campaign], '/'),
    row.revenue && Number(row.revenue),
    row.currency,
    row.sentiment_text,
    row.score,
  ])

const webSources = ['segment', 'rudderstack', 'ga4', 'snowplow', 'shopify']
const ratings: Record<string, string> = { bad: '0', good: '1' }

const expectedLine = (row: Record<string, string>): string =>
  line([
    row.file,
    row.file!.startsWith('ga4') ? '' : row.event_id,
    instantOf(row.event_time!.replace(/ \(.*/, ''), row.event_time!.includes('(date only)')),
    row.source,
    webSources.includes(row.source!) ? '' : row.channel,
    row.event_type,
    sorted(row.identifiers!.replace(/([a-z_]+):/g, '$1=').split(';')),
    row.session_hint!.replace(' (start)', ''),
    row.campaign,
    row.revenue && Number(row.revenue),
    row.currency,
    row.sentiment_text,
    ratings[row.score!] ?? row.score,
  ])

const line = (values: readonly unknown[], separator = ' | '): string =>
  values.map((value) => value ?? '').join(separator)

const sorted = (identifiers: readonly string[]): string => [...identifiers].sort().join(';')

const instantOf = (text: string, isDay: boolean): string =>
  isDay ? text.slice(0, 10) : new Date(`${text.replace(' ', 'T').replace('Z', '')}Z`).toISOString()

function csv(text: string): Record<string, string>[] {
  const [header = [], ...rows] = text
    .trim()
    .split('\n')
    .map((row) =>
      [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? '',
      ),
    )
  return rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ''])))
}
