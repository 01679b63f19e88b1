import { rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { type ConfigOverlay, type Project, withProject } from '../testing/run-project.js'
import { customerOf, rowsOf, type Tables } from '../testing/tables.js'

/** Nothing is kept, so each run makes everything, and compares it with the files of the last release. */
const overlay = {
  run: { state_folder: 'none' },
  sources: { log: { preset: 'event_log', prefix: 'log' } },
}

const visits = (names: readonly string[], day: string): string =>
  names
    .map(
      (customer) => `${JSON.stringify({ customer, event: 'visit', time: `${day}T10:00:00Z` })}\n`,
    )
    .join('')

const visitFrom = (country: string): string =>
  `${JSON.stringify({ id: 'v1', customer: 'dan', country, event: 'visit', time: '2025-01-05' })}\n`

/** What a run restates: table, change, reason and rows, of a customer if one is named; names stand for ids. */
async function run(project: Project, changed?: ConfigOverlay) {
  const { result, tables } = await project.run(changed)
  if (result.status !== 'published') throw new Error('expected a release')
  const { release } = result.release
  const read: Tables = new Map(
    ['restatements', 'identity_map'].map((table) => [table, tables(table)]),
  )
  const restated = (name?: string) =>
    rowsOf(
      read,
      'restatements',
      {
        run: release,
        ...(name && { customer_id: customerOf(read, `customer_id=${name}`) }),
      },
      ['table_name', 'change', 'reason', 'row_count'],
    )
  const runs = new Set(tables('restatements').map((row) => row.run))
  return { restated, runs: runs.size, sections: result.summary.sections }
}

const reasons = (rows: readonly unknown[][]): unknown[] => [
  ...new Set(rows.map(([, , why]) => why)),
]

test(
  'a full run is compared with the release before it',
  () =>
    withProject({}, overlay, async (project) => {
      await project.write({
        'raw/log/1.ndjson': visits(['ann', 'bob'], '2025-01-05') + visits(['cem'], '2025-01-08'),
        'raw/log/dan.ndjson': visitFrom('Chad'),
      })
      const first = await run(project)
      expect(first.restated()).toEqual([])

      await project.write({
        'raw/log/2.ndjson': visits(['ann', 'new'], '2025-01-06') + visits(['bob'], '2025-01-09'),
        'raw/log/dan.ndjson': visitFrom('Mali'),
      })
      const second = await run(project)
      expect(reasons(second.restated('ann'))).toEqual(['late_record'])
      expect(reasons(second.restated('bob'))).toEqual(['new_records'])
      expect(second.restated('cem')).toEqual([['sessions', 'changed', 'time_passed', 1]])
      expect(reasons(second.restated('dan'))).toEqual(['corrected_record'])
      expect(second.restated('new')).toEqual([])
      expect(
        second.sections.find(({ title }) => title.startsWith('Rows of the last'))?.rows,
      ).toEqual(expect.arrayContaining([{ reason: 'time_passed', restated: '1', tables: '1' }]))

      // Other settings change the state of all five journeys, more than are listed one by one.
      const changed = { journeys: { journey_inactivity_days: 1 } }
      const third = await run(project, {
        ...changed,
        run: { ...overlay.run, restatement_rows: 1 },
      })
      expect(reasons(third.restated())).toEqual(['config_changed'])
      expect(third.restated()).toContainEqual(['journeys', 'changed', 'config_changed', 5])
      expect(third.runs).toBe(2)

      await rm(path.join(project.folder, 'warehouse', 'tables', 'sessions'), { recursive: true })
      await project.write({ 'raw/log/3.ndjson': visits(['ann'], '2025-03-09') })
      const fourth = await run(project, { ...changed })
      expect(fourth.restated()).toContainEqual(['sessions', 'unknown', 'not_compared', 7])
      expect(reasons(fourth.restated('ann'))).toEqual(['new_records'])
      // Those of January are by now longer ago than run.restatement_days.
      expect(fourth.runs).toBe(1)
    }),
  600_000,
)
