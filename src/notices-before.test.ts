import { expect, test } from '@jest/globals'
import { planJob } from './plan.js'
import { runJob } from './run.js'
import { localConfig } from './testing/local-config.js'
import { withProject } from './testing/run-project.js'

const log = 'customer,time,event\nc1,2024-03-01,visit\n'
const exports = { 'raw/po/1.csv': log, 'raw/pos/1.csv': log, 'raw/pos/2.csv': log }
const own = {
  'config/goals.csv': 'goal_id,priority,event_type,source,page_prefix\nvisit,1,visit,,\n',
}
const reading = (prefix: string) => ({ preset: 'event_log', prefix })

const shared = 'Sources office, till read the same 2 objects (first: pos/1.csv)'
const missing = 'The last release was made with config/goals.csv of a project folder'

test('a run and its plan say which objects two sources share, and which files of a project folder are missing', () =>
  withProject({ ...exports, ...own }, {}, async ({ folder, write }) => {
    const config = localConfig(folder, { till: reading('pos/'), office: reading('po') })
    const notices: string[] = []
    const options = { config, version: 'test', onNotice: (text: string) => notices.push(text) }
    await runJob({ ...options, projectFolder: folder })
    expect(notices).toEqual([expect.stringContaining(shared)])

    const forgotten = await planJob(config, 'test')
    expect(forgotten.notices).toEqual([
      expect.stringContaining(shared),
      expect.stringContaining(missing),
    ])

    await write({ 'raw/po/2.csv': log })
    const apart = localConfig(folder, { till: reading('pos/'), office: reading('po/') })
    expect((await planJob(apart, 'test', folder)).notices).toEqual([])
  }))
