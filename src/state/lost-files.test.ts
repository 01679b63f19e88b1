import { existsSync } from 'node:fs'
import { readdir, rm, truncate } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { runJob } from '../run.js'
import { localConfig } from '../testing/local-config.js'
import { withProject } from '../testing/run-project.js'
import { stateFolderOf } from './state-folder.js'

/*
 * A full run keeps the files of its published tables beside the others; whoever copies or cleans the folder may lose some.
 */

const exports = { 'raw/log.csv': 'customer,time,event\nc1,2024-03-01,visit\n' }
const sources = { log: { preset: 'event_log', prefix: 'log' } }

const harms: Record<string, (files: string) => Promise<void>> = {
  'all of them are gone': (files) => rm(path.dirname(files), { recursive: true }),
  'one of them is gone': (files) => rm(path.join(files, 'customers'), { recursive: true }),
  'one of them is cut': (files) => truncate(path.join(files, 'customers', 'part-0000.parquet'), 9),
}

test.each(Object.entries(harms))('where %s, the next run makes all tables', (_, harm) =>
  withProject(exports, {}, async ({ folder }) => {
    const config = localConfig(folder, sources)
    const run = async (force = true) => {
      const result = await runJob({ config, version: 'test', force })
      return result.status === 'published' ? result.scope.mode : result.status
    }
    expect(await run()).toBe('full')
    const published = path.join(stateFolderOf(config)!, 'published')
    const [release = ''] = await readdir(published)
    await harm(path.join(published, release))
    expect(await run()).toBe('full')
    expect(await run()).toBe('incremental')
    expect(existsSync(published)).toBe(false)
  }),
)
