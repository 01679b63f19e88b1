import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { acquireLease } from './publish/lease.js'
import { startDevS3 } from './storage/dev-s3/server.js'
import { openStorage } from './storage/storage.js'
import { compileCli } from './testing/compile-cli.js'

let folder = ''
let cli = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-cli-'))
  cli = await compileCli(path.join(folder, 'package'))
  await mkdir(path.join(folder, 'raw'))
  await mkdir(path.join(folder, 'work'))
  await writeFile(path.join(folder, 'raw/log.csv'), 'customer,time,event\nc1,2024-03-01,visit\n')
  await writeFile(
    path.join(folder, 'my.yaml'),
    `{ storage: { raw: raw, warehouse: warehouse }, run: { work_folder: work },
       engine: { threads: 1 }, sources: { log: { preset: event_log, prefix: log } } }`,
  )
  await writeFile(path.join(folder, 'broken.yaml'), 'storage: {}\nsources: [\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Starts the command in the folder of its config, without what the environment says of other stores. */
function started(args: readonly string[], environment: Record<string, string>): ChildProcess {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|THROUGHLINE)_/.test(name))
  return spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(own), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function throughline(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  const child = started(args, environment)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'exit'),
  ])
  return { code: code as number | null, stdout, stderr }
}

const run = ['run', '--config', 'my.yaml', '--json']
const linesOf = ({ stderr }: Ended): Record<string, unknown>[] =>
  stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

/** The exit code, and the one line that says why; nothing else may be said. */
function refusalOf(ended: Ended): Record<string, unknown> {
  expect(ended.stdout).toBe('')
  const lines = linesOf(ended)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toEqual({
    level: 'error',
    time: expect.any(Number),
    code: expect.any(String),
    at: expect.any(String),
    expected: expect.any(String),
    found: expect.any(String),
    remedy: expect.any(String),
    retryable: expect.any(Boolean),
    msg: expect.any(String),
  })
  return { exit: ended.code, ...lines[0] }
}

test.each([
  [['run', '--nope', '--json'], 'throughline run', "unknown option '--nope'"],
  [['runn', '--json'], 'throughline', "unknown command 'runn' (Did you mean run?)"],
  [['sample', '--json'], 'throughline sample', /required option '-o, --out <url>'/],
  [['sources', '--config', 'my.yaml', '--json'], 'throughline sources', /option '--config'/],
  [['sources', 'nope', '--json'], 'throughline sources', 'nope'],
  [['tables', 'nope', '--json'], 'throughline tables', 'nope'],
])('%j is a usage error: exit 2 and one JSON line', async (args, at, found) => {
  const refusal = refusalOf(await throughline(args))
  expect(refusal).toMatchObject({ exit: 2, code: 'usage', at })
  expect(refusal.found).toMatch(found)
})

test('people are told in one text, not in JSON', async () => {
  expect(await throughline(['run', '--nope'])).toEqual({
    code: 2,
    stdout: '',
    stderr: "error: unknown option '--nope'\n",
  })
  const { code, stderr } = await throughline(['plan', '--config', 'absent.yaml'])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      'error: absent.yaml: expected a config file, found no such file. Give the path of a YAML file with --config.\n',
  })
})

test('a preset is explained: what it reads, needs, and its fields', async () => {
  const { code, stdout } = await throughline(['sources', 'event_log', '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    preset: 'event_log',
    notes: expect.arrayContaining([expect.stringMatching(/^Needed are time and /)]),
    fields: expect.arrayContaining(['customer', 'event', 'time', 'revenue']),
  })
})

test('help and the version are no errors', async () => {
  expect(await throughline(['run', '--help', '--json'])).toMatchObject({ code: 0, stderr: '' })
  expect(await throughline(['--version'])).toMatchObject({ code: 0, stderr: '' })
})

test.each(['run', 'plan', 'doctor'])('%s refuses a config with exit 2', async (command) => {
  const broken = await throughline([command, '--config', 'broken.yaml', '--json'])
  expect(refusalOf(broken)).toMatchObject({ exit: 2, code: 'config', at: 'broken.yaml:3' })
  const environment = { THROUGHLINE__SOURCES__LOG__PRESET: 'nothing' }
  const unknown = await throughline([command, '--config', 'my.yaml', '--json'], environment)
  expect(refusalOf(unknown)).toMatchObject({ exit: 2, at: 'sources.log.preset', found: 'nothing' })
  expect(await readdir(folder)).not.toContain('warehouse')
})

test('a run ends with one JSON document, a second one with nothing new', async () => {
  const first = await throughline(run)
  expect(first.code).toBe(0)
  expect(JSON.parse(first.stdout)).toMatchObject({ status: 'published' })
  const lines = linesOf(first)
  expect(lines.length).toBeGreaterThan(3)
  for (const line of lines)
    expect(line).toEqual({ level: 'info', time: expect.any(Number), msg: expect.any(String) })
  const second = await throughline(run)
  expect({ ...second, stdout: JSON.parse(second.stdout) as object }).toMatchObject({
    code: 0,
    stdout: { status: 'nothing_new' },
    stderr: '',
  })
})

test('the doctor tells which source is empty, and exits with 5 then', async () => {
  const doctor = (environment: Record<string, string>) =>
    throughline(['doctor', '--config', 'my.yaml', '--json'], environment)
  const failedOf = ({ stdout }: Ended) =>
    (JSON.parse(stdout) as { checks: { check: string; ok: boolean }[] }).checks
      .filter(({ ok }) => !ok)
      .map(({ check }) => check)
  const well = await doctor({})
  expect([well.code, failedOf(well)]).toEqual([0, []])
  const wrong = await doctor({ THROUGHLINE__SOURCES__TILL: '{ preset: event_log, prefix: tlil }' })
  expect([wrong.code, failedOf(wrong)]).toEqual([5, ['source till']])
  const absent = await doctor({ THROUGHLINE__STORAGE__RAW: 'exprts' })
  expect([absent.code, failedOf(absent)]).toEqual([5, ['list']])
})

test('while another run holds the lock the exit is 4', async () => {
  const warehouse = path.join(folder, 'held')
  const lease = await acquireLease(openStorage(warehouse), { run: 'other', seconds: 60 })
  const ended = await throughline(run, { THROUGHLINE__STORAGE__WAREHOUSE: 'held' })
  await lease.release()
  expect(refusalOf(ended)).toMatchObject({
    exit: 4,
    code: 'lock',
    retryable: true,
    found: expect.stringContaining('run other'),
  })
})

const s3 = {
  THROUGHLINE__STORAGE__RAW: 's3://raw',
  THROUGHLINE__STORAGE__WAREHOUSE: 's3://warehouse',
  THROUGHLINE__STORAGE__PATH_STYLE: 'true',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'false',
}

test('storage that does not answer ends with exit 5, to be tried again', async () => {
  const environment = { ...s3, THROUGHLINE__STORAGE__ENDPOINT: 'http://127.0.0.1:1' }
  expect(refusalOf(await throughline(run, environment))).toMatchObject({
    exit: 5,
    code: 'source',
    retryable: true,
  })
})

test('storage that refuses the credentials ends with exit 5, not to be tried again', async () => {
  const server = await startDevS3({
    folder: path.join(folder, 's3'),
    accessKeyId: 'key',
    secretAccessKey: 'true',
  })
  try {
    const environment = { ...s3, THROUGHLINE__STORAGE__ENDPOINT: server.endpoint }
    expect(refusalOf(await throughline(run, environment))).toMatchObject({
      exit: 5,
      code: 'source',
      retryable: false,
      remedy: expect.stringContaining('credentials'),
    })
    const doctor = await throughline(['doctor', '--config', 'my.yaml', '--json'], environment)
    expect(doctor.code).toBe(5)
    expect(JSON.parse(doctor.stdout)).toMatchObject({
      checks: expect.arrayContaining([expect.objectContaining({ check: 'list', ok: false })]),
    })
  } finally {
    await server.close()
  }
})

test('a run that is told to end exits with 143, gives the lease back and leaves no work files', async () => {
  const child = started(run, { THROUGHLINE__STORAGE__WAREHOUSE: 'ended' })
  const ended = once(child, 'exit')
  const told = text(child.stderr!)
  await once(child.stderr!, 'data')
  child.kill('SIGTERM')
  expect(await ended).toEqual([143, null])
  expect(await told).toContain('ended by SIGTERM: nothing is half published')
  expect(await readdir(path.join(folder, 'work'))).toEqual([])
  const storage = openStorage(path.join(folder, 'ended'))
  expect(await storage.readText('_release.json')).toBeUndefined()
  const lease = await acquireLease(storage, { run: 'next', seconds: 60 })
  await lease.release()
})
