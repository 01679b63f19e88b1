import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import type { SourceConfig } from './config.js'
import { withProject } from './testing/run-project.js'

/*
 * A source of which nothing is kept forbids the publish, and the error says what to correct; an interval in which a
 * source has no rows is no such source.
 */

const header = 'customer,time,event\n'
const shop = { 'raw/shop/log.csv': `${header}c1,2024-03-01,visit\nc2,2024-03-05,buy\n` }
const of = (name: string, more: Partial<SourceConfig> = {}): Record<string, SourceConfig> => ({
  [name]: { preset: 'event_log', prefix: `${name}/`, ...more },
})
const sources = { ...of('shop'), ...of('old') }

test('a source without rows in the interval does not forbid the publish', async () => {
  const files = { ...shop, 'raw/old/k.csv': `${header}c1,2020-03-01,visit\nc2,never,visit\n` }
  const interval = { since: '2024-03-01', until: '2024-03-05' }
  await withProject(files, { sources, run: interval }, async (project) => {
    const { tables } = await project.run()
    expect(tables('touchpoints')).toHaveLength(1)
    expect(tables('rejected_records')).toMatchObject([
      { source: 'old', reason: 'outside_interval' },
      { source: 'old', reason: 'unparseable_time' },
      { source: 'shop', reason: 'outside_interval' },
    ])
  })
})

test('an interval without any event gives a release without any', async () => {
  const run = { since: '2023-03-01', until: '2023-03-05' }
  await withProject(shop, { sources: of('shop'), run }, async (project) => {
    const { tables } = await project.run()
    expect(tables('touchpoints')).toEqual([])
    expect(tables('objects')).toMatchObject([{ rows_read: 2, rows_rejected: 2 }])
  })
})

interface Lost {
  file?: string
  body: string | Buffer
  more?: Partial<SourceConfig>
  found: string
  remedy: string
}

const lost: Record<string, Lost> = {
  'text of another encoding': {
    body: Buffer.from(`${header}Jürgen,2024-03-01,visit\nZoë,2024-03-02,visit\n`, 'latin1'),
    found: 'source old: 2 of 2 rows rejected: invalid_utf8 (old/k.csv row 1)',
    remedy: 'encoding',
  },
  'a column that is not there': {
    body: `${header}c1,2024-03-01,visit\n`.replace('time', 'When'),
    more: { columns: { time: 'Datum' } },
    found:
      'source old: 1 of 1 object not read: missing_column (old/k.csv: columns.time names Datum; the header has customer, When, event)',
    remedy: 'columns',
  },
  'the wrong preset': {
    body: `${header}c1,2024-03-01,visit\nc2,2024-03-01,visit\n`,
    more: { preset: 'zendesk' },
    found: 'source old: 2 of 2 rows rejected: unknown_record (old/k.csv row 1)',
    remedy: 'preset',
  },
  'a lone damaged object': {
    file: 'k.csv.gz',
    body: gzipSync(header + 'c1,2024-03-01,visit\n'.repeat(900)).subarray(0, 60),
    found: 'source old: 1 of 1 object not read: truncated_gzip (old/k.csv.gz)',
    remedy: 'Export the object again',
  },
  'several reasons, the commonest first': {
    body: `${header}c1,,visit\n,2024-03-01,visit\n,2024-03-01,visit\n`,
    found:
      'source old: 2 of 3 rows rejected: no_identifier (old/k.csv row 2); source old: 1 of 3 rows rejected: missing_time (old/k.csv row 1)',
    remedy: 'columns',
  },
}

test.each(Object.entries(lost))('%s: named with source, reason and place', async (_, trap) => {
  const { file = 'k.csv', body, more = {}, found, remedy } = trap
  const config = { sources: { ...of('shop'), ...of('old', more) } }
  await withProject({ ...shop, [`raw/old/${file}`]: body }, config, async (project) => {
    await expect(project.run()).rejects.toMatchObject({
      code: 'contract',
      exitCode: 3,
      at: 'objects (every source keeps something of what it was given)',
      found,
      remedy: expect.stringMatching(new RegExp(`${remedy}.*Nothing was published`)),
      message: expect.not.stringContaining('c1'),
    })
  })
})

test('an object that is not read does not forbid the publish where its source keeps others, and the summary names it', async () => {
  const other = `customer,When,event\n${'c1,2024-03-01,visit\n'.repeat(199)}`
  const files = { ...shop, 'raw/shop/other.csv': other }
  const columns = { time: 'time' }
  await withProject(files, { sources: of('shop', { columns }) }, async (project) => {
    const { result, tables } = await project.run()
    const unread = {
      reason: 'missing_column',
      detail: 'columns.time names time; the header has customer, When, event',
    }
    expect(tables('rejected_records')).toMatchObject([{ scope: 'object', ...unread }])
    const { sections } = (result as Extract<typeof result, { status: 'published' }>).summary
    expect(sections[0]?.rows).toMatchObject([{ objects: '2', not_read: '1', rejected: '1' }])
    expect(sections[1]).toEqual({
      title: expect.stringContaining('Objects not read at all'),
      rows: [{ source: 'shop', objects: '1', first_object: 'shop/other.csv', ...unread }],
    })
  })
})

test('books that do not balance fail the run', async () => {
  const model = `-- One row per object of the raw zone.
    select object_id, source, object_key, etag, bytes, status, rows_read, cast(1 as bigint) as rows_kept,
      cast(0 as bigint) as rows_duplicate, cast(0 as bigint) as rows_rejected, cast(1 as bigint) as records_kept
    from object_reads`
  const files = { ...shop, 'pipelines/ledger/objects.sql': model }
  await withProject(files, { sources: of('shop') }, async (project) => {
    await expect(project.run()).rejects.toMatchObject({
      code: 'books',
      exitCode: 1,
      at: 'objects (read = kept + duplicate + rejected)',
      found: '1 row',
    })
  })
})
