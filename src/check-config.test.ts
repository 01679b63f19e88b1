import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { checkConfig } from './check-config.js'
import { type Config, readConfig } from './config.js'
import { planJob } from './plan.js'
import { runJob } from './run.js'
import { streamJob } from './stream/stream.js'
import { withProject } from './testing/run-project.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-check-config-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A config of local folders, or of what the storage says. */
const configOf = (sources: Config['sources'], storage: Partial<Config['storage']> = {}): Config => {
  const config = readConfig(undefined)
  const folders = { raw: path.join(folder, 'raw'), warehouse: path.join(folder, 'warehouse') }
  return { ...config, storage: { ...config.storage, ...folders, ...storage }, sources }
}

test('an unknown preset and unknown columns are one config error that names each', async () => {
  const config = configOf({
    till: { preset: 'event_logg', prefix: 'till/' },
    shop: { preset: 'event_log', prefix: 'shop/', columns: { custmer: 'Kunde', time: 'Zeit' } },
    web: { preset: 'segment', prefix: 'web/', columns: { anonymousId: 'visitor', nothing: 'x' } },
  })
  const refused = {
    code: 'config',
    exitCode: 2,
    at: 'sources.till.preset, sources.shop.columns, sources.web.columns',
    expected: expect.stringMatching(/one of delighted, .*customer, event, time.*anonymousId/),
    found:
      'event_logg (sources.till.preset); custmer (sources.shop.columns); nothing (sources.web.columns)',
    remedy: expect.stringContaining('Name a file of pipelines/collect'),
  }
  await expect(checkConfig(config)).rejects.toMatchObject(refused)
  await expect(planJob(config, 'test')).rejects.toMatchObject(refused)
  await expect(runJob({ config, version: 'test' })).rejects.toMatchObject(refused)
  expect(await readdir(folder)).toEqual([])
})

const till = { till: { preset: 'event_log', prefix: 'till/' } }

test('an unknown engine and a missing work folder are one config error', async () => {
  const { engine, run, ...config } = configOf(till)
  const wrong: Config = {
    ...config,
    engine: { ...engine, kind: 'oracle' },
    run: { ...run, work_folder: path.join(folder, 'absent') },
  }
  const refused = {
    exitCode: 2,
    at: 'engine.kind, run.work_folder',
    found: expect.stringMatching(/"oracle" .*absent, which does not exist/),
  }
  await expect(planJob(wrong, 'test')).rejects.toMatchObject(refused)
  await expect(runJob({ config: wrong, version: 'test' })).rejects.toMatchObject(refused)
})

test('a config without sources is refused', async () => {
  const refused = { code: 'config', exitCode: 2, at: 'sources', found: 'none' }
  await expect(planJob(configOf({}), 'test')).rejects.toMatchObject(refused)
  await expect(runJob({ config: configOf({}), version: 'test' })).rejects.toMatchObject(refused)
})

test('raw zone, warehouse, work and state folder that are a file, or below one, are named', async () => {
  const file = path.join(folder, 'plain')
  await writeFile(file, 'x')
  const { run, ...config } = configOf(till, { raw: file, warehouse: `${file}/a/b` })
  const wrong = { ...config, run: { ...run, work_folder: file, state_folder: `${file}/state` } }
  await expect(checkConfig(wrong)).rejects.toMatchObject({
    at: expect.stringMatching(/^storage.raw, storage.warehouse, run.work_folder, run.state_folder/),
    found: expect.stringMatching(
      /plain, which is a file .*plain\/a\/b, which is below the file .*plain /,
    ),
  })
  await rm(file)
})

test('a preset of a project folder is known, with the fields that it reads', async () => {
  const select = `-- One row per call.
    select get_json_object(payload, '$.caller.number') as phone from raw`
  await withProject({ 'pipelines/collect/calls.sql': select }, {}, async (project) => {
    const source = (columns: Record<string, string>) =>
      configOf({ calls: { preset: 'calls', prefix: 'calls/', columns } })
    await checkConfig(source({ caller: 'Anrufer' }), project.folder)
    await expect(checkConfig(source({ number: 'Anrufer' }), project.folder)).rejects.toMatchObject({
      at: 'sources.calls.columns',
      expected: 'fields that the preset calls reads (caller)',
    })
  })
})

const log = (prefix: string): Config['sources'] => ({ log: { preset: 'event_log', prefix } })
const inRaw = { code: 'config', at: 'storage.warehouse', exitCode: 2 }
const overlapping = { code: 'config', at: 'sources.log.prefix', exitCode: 2 }

test.each([
  ['s3://one', 's3://one', '', 'the same place'],
  ['s3://one', 's3://one/', 'web/', 'the same place'],
  ['s3://one', 's3://one/warehouse', 'web/', 'inside'],
  ['s3://one/a', 's3://one/a/b/c', 'b/', 'inside'],
  ['data', 'data', 'web/', 'the same place'],
  ['data/', './other/../data/warehouse', 'web/', 'inside'],
  ['/', 'data', 'web/', 'inside'],
])('raw %s and warehouse %s are refused wherever a source is, e.g. %j', async (...places) => {
  const [raw, warehouse, prefix, found] = places
  await expect(checkConfig(configOf(log(prefix), { raw, warehouse }))).rejects.toMatchObject({
    ...inRaw,
    found: expect.stringContaining(found),
  })
})

test.each([
  ['s3://one/a/latest', 's3://one/a', 'web/'],
  ['s3://one/a/tables/x', 's3://one/a', ''],
  ['data/_runs', 'data', 'web/'],
])('raw %s and warehouse %s are refused where a source is %j', async (raw, warehouse, prefix) => {
  await expect(checkConfig(configOf(log(prefix), { raw, warehouse }))).rejects.toMatchObject(
    overlapping,
  )
})

test.each([
  ['s3://one', 's3://two', ''],
  ['s3://one/raw', 's3://one/raw-warehouse', ''],
  ['s3://one/warehouse/raw', 's3://one/warehouse', ''],
  ['data/raw', 'data/warehouse', ''],
])('raw %s and warehouse %s are apart where a source is %j', async (raw, warehouse, prefix) => {
  await checkConfig(configOf(log(prefix), { raw, warehouse }))
})

test('a link from one folder to the other does not hide that they are one', async () => {
  await mkdir(path.join(folder, 'real'))
  await symlink('real', path.join(folder, 'linked'))
  const storage = { raw: path.join(folder, 'real'), warehouse: path.join(folder, 'linked/wh') }
  await expect(checkConfig(configOf(log('web/'), storage))).rejects.toMatchObject(inRaw)
})

test('whatever a run has written is no source', async () => {
  const files = { 'raw/log.csv': 'customer,time,event\nc1,2024-03-01,visit\n' }
  await withProject(files, { sources: log('log') }, async (project) => {
    await project.run()
    const warehouse = path.join(project.folder, 'warehouse')
    const written = (await readdir(warehouse)).filter((name) => name !== '.throughline')
    expect(written.length).toBeGreaterThan(3)
    for (const name of written) {
      const config = configOf(log(''), { raw: path.join(warehouse, name), warehouse })
      await expect(checkConfig(config)).rejects.toMatchObject({
        ...overlapping,
        at: expect.stringMatching(/(^|, )sources.log.prefix$/),
      })
    }
  })
})

const topics = (...names: string[]): Config['sources'] =>
  Object.fromEntries(names.map((topic, index) => [`s${index}`, { preset: 'event_log', topic }]))

test.each([
  [{ brokers: 'a:1' }, { log_folder: 'logs' }, 'stream.log_folder'],
  [{ authority_file: 'ca.pem' }, {}, 'kafka.authority_file'],
  [{ tls: true, key_file: 'key.pem' }, {}, 'kafka.certificate_file'],
  [{ tls: true, certificate_file: 'own.pem' }, {}, 'kafka.key_file'],
  [{}, { archive: 'raw/logs' }, 'stream.archive'],
])('settings of logs that contradict themselves are refused: %j, %j', async (kafka, stream, at) => {
  const config = configOf(topics('events'), { raw: 'raw', warehouse: 'wh' })
  const wrong = {
    ...config,
    kafka: { ...config.kafka, ...kafka },
    stream: { ...config.stream, ...stream },
  }
  await expect(checkConfig(wrong)).rejects.toMatchObject({ code: 'config', exitCode: 2, at })
})

test('two sources may not read one topic', async () => {
  await expect(checkConfig(configOf(topics('events', 'events')))).rejects.toMatchObject({
    at: 'sources.s1.topic',
    found: 'events, the topic of s0',
  })
  await checkConfig(configOf(topics('events', 'others')))
})

test.each([
  [{}, {}, 'kafka.brokers'],
  [{ log_folder: 'no such folder' }, {}, 'stream.log_folder'],
  [{ log_folder: '.' }, { state_folder: 'none' }, 'run.state_folder'],
])('a stream refuses %j, %j', async (stream, run, at) => {
  const config = configOf(topics('events'))
  const wrong = {
    ...config,
    run: { ...config.run, ...run },
    stream: { ...config.stream, ...stream },
  }
  const { signal } = new AbortController()
  await expect(streamJob({ config: wrong, version: 'test', signal })).rejects.toMatchObject({
    code: 'config',
    exitCode: 2,
    at,
  })
})
