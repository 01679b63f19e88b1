import { expect } from '@jest/globals'
import { bystanders } from './bystanders.js'
import { contractOf, intColumn } from './contract-of.js'
import { type Batch, createIncrementProject, hashesOf } from './increment-project.js'
import { type ProjectFiles, withProject } from './run-project.js'

export const bigintColumn = { ...intColumn, physicalType: 'bigint' }

/** A model of a project's own, in a stage that no built-in one is of, with its contract. */
export const modelOf = (
  table: string,
  custom: Readonly<Record<string, string | boolean>>,
  columns: Readonly<Record<string, object>>,
  select: string,
): ProjectFiles => ({
  [`pipelines/insights/${table}.sql`]: `-- One row per key.\n${select}`,
  [`schemas/${table}.yaml`]: contractOf({
    table,
    description: 'One row per key.',
    custom,
    columns,
  }),
})

/** What somebody does at a time of one day, as a record of `event_log`. */
export const at = (time: string, fields: object) => ({ time: `2025-01-08T${time}:00Z`, ...fields })
export const visit = (customer: string, time: string, fields: object = {}) =>
  at(time, { customer, event: 'visit', ...fields })
export const purchase = (customer: string, time: string, fields: object = {}) =>
  at(time, { customer, event: 'purchase', revenue: 10, order: `${customer} ${time}`, ...fields })

/** Increments make, after each batch, what a full run makes that is given the same history. */
export async function expectAsInFull(
  files: ProjectFiles,
  batches: readonly Batch[],
): Promise<void> {
  await withProject(files, {}, async ({ folder }) => {
    const sources = { log: { preset: 'event_log', prefix: 'log', currency: 'EUR' } }
    const project = createIncrementProject(folder, sources, { projectFolder: folder })
    await project.land({ 'log/bystanders.ndjson': bystanders })
    await project.run()
    for (const batch of batches) {
      await project.land(batch)
      const previous = await project.released()
      const { release, scope } = await project.run()
      expect(scope.mode).toBe('incremental')
      const { hashes } = await project.madeInFull(previous, release.release)
      expect(hashesOf(release)).toEqual(hashes)
    }
  })
}
