import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { type RunOptions, runJob } from './run.js'
import { localConfig } from './testing/local-config.js'
import { withProject } from './testing/run-project.js'

const exports = { 'raw/log.csv': 'customer,time,event\nc1,2024-03-01,visit\n' }
const sources = { log: { preset: 'event_log', prefix: 'log' } }

test('a full run that cannot keep its tables publishes them and says so, and the next one is full', () =>
  withProject(exports, {}, async ({ folder }) => {
    const local = localConfig(folder, sources)
    const work = path.join(folder, 'work')
    mkdirSync(work)
    const run = { ...local.run, work_folder: work, checkpoint_minutes: 'none' as const }
    const notices: string[] = []
    const published = async (more: Partial<RunOptions>) => {
      const onNotice = (notice: string) => notices.push(notice)
      const config = { ...local, run }
      const result = await runJob({ config, version: 'test', onNotice, ...more })
      return result.status === 'published' ? result.scope.mode : result.status
    }
    const loseTables = (progress: string) => {
      if (progress !== 'publishing') return
      rmSync(path.join(work, readdirSync(work)[0]!, 'engine.duckdb'))
    }

    expect(await published({})).toBe('full')
    expect(await published({ full: true, onProgress: loseTables })).toBe('full')
    expect(notices).toEqual([expect.stringMatching(/^The tables are not kept .*: ENOENT/)])
    expect(await published({ force: true })).toBe('full')
  }))
