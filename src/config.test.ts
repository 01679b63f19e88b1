import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readConfig } from './config.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-config-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What reading the config throws, the folder left out of its place. */
async function refusalOf(text: string): Promise<object> {
  const file = path.join(folder, 'my.yaml')
  await writeFile(file, text)
  return refusal(() => readConfig(file))
}

function refusal(read: () => unknown): object {
  try {
    read()
  } catch (error) {
    const { code, at, expected, found, exitCode } = error as Record<string, unknown>
    return { code, at: String(at).replaceAll(`${folder}/`, ''), expected, found, exitCode }
  }
  throw new Error('expected a refusal')
}

test.each([
  ['storage: { raw: x\nsources: {}\n', 'my.yaml:2', /Flow map/],
  ['run:\n\tsince: x\n', 'my.yaml:2', /Tabs/],
  ['run: {}\nrun: {}\n', 'my.yaml:2', /unique/],
  ['identity:\n  own_domains: *.example.com\n', 'my.yaml:2', /alias \*\.example\.com/],
  ['run: {}\n---\nrun: {}\n', 'my.yaml:2', /multiple documents/],
  ['a: [\nb: {\n', 'my.yaml:2, my.yaml:3', /sequence.*; .*map/i],
])('%j is no YAML, and the error names file and line', async (text, at, found) => {
  expect(await refusalOf(text)).toEqual({
    code: 'config',
    exitCode: 2,
    at,
    expected: 'YAML',
    found: expect.stringMatching(found),
  })
})

test.each([
  ['only words', 'one value'],
  ['- raw', 'a list'],
])('%j is no config', async (text, found) => {
  expect(await refusalOf(text)).toMatchObject({ at: 'my.yaml', found, exitCode: 2 })
})

test('an empty config file changes nothing', async () => {
  const file = path.join(folder, 'empty.yaml')
  await writeFile(file, '# nothing yet\n')
  expect(readConfig(file)).toEqual(readConfig(undefined))
})

test.each([
  ['absent.yaml', 'no such file'],
  ['folder.yaml', 'a folder'],
  ['file.yaml/my.yaml', 'no such file'],
])('%s is refused: %s', async (name, found) => {
  await mkdir(path.join(folder, 'folder.yaml'), { recursive: true })
  await writeFile(path.join(folder, 'file.yaml'), '')
  expect(refusal(() => readConfig(path.join(folder, name)))).toEqual({
    code: 'config',
    exitCode: 2,
    at: name,
    expected: 'a config file',
    found,
  })
})

test('a value of the environment that is no YAML is named by its variable', () => {
  const read = () => readConfig(undefined, { THROUGHLINE__STORAGE__RAW: '[' })
  expect(refusal(read)).toMatchObject({ at: 'THROUGHLINE__STORAGE__RAW:1', exitCode: 2 })
})

test('a section of the environment that is no map is refused by its name', () => {
  const environment = { THROUGHLINE__STORAGE__RAW: 'x', THROUGHLINE__STORAGE: 'y' }
  expect(refusal(() => readConfig(undefined, environment))).toMatchObject({
    at: 'storage',
    expected: 'a map',
    found: '"y"',
    exitCode: 2,
  })
})

test.each(['utf-8', 'UTF8', 'latin1', 'windows-1252', 'iso-8859-15', 'shift_jis'])(
  'a source may be in %s',
  async (encoding) => {
    const file = path.join(folder, 'my.yaml')
    await writeFile(
      file,
      `sources: { a: { preset: event_log, prefix: a/, encoding: ${encoding} } }`,
    )
    expect(readConfig(file).sources.a?.encoding).toBe(encoding)
  },
)

test('an encoding that nothing can read is refused by its place', async () => {
  const text = 'sources: { a: { preset: event_log, prefix: a/, encoding: ansi } }'
  expect(await refusalOf(text)).toMatchObject({
    exitCode: 2,
    at: 'sources.a.encoding',
    expected: expect.stringContaining('such as utf-8, windows-1252'),
    found: '"ansi"',
  })
})

test.each([
  ['sources: { a: { preset: event_log } }', 'sources.a.prefix', /a topic instead/],
  ['sources: { a: { preset: event_log, topic: "a b" } }', 'sources.a.topic', /name of a topic/],
  [
    'sources: { a: { preset: zendesk, prefix: a, records_path: tickets } }',
    'sources.a.records_path',
    /such as \$\.tickets/,
  ],
  [
    'sources: { a: { preset: event_log, prefix: a, currency: euro } }',
    'sources.a.currency',
    /such as EUR/,
  ],
  [
    'sources: { a: { preset: shopify, prefix: a, calling_code: "+44" } }',
    'sources.a.calling_code',
    /digits of a calling code/,
  ],
  ['storage: { endpoint: "localhost:9000" }', 'storage.endpoint', /the URL of a store/],
  ['kafka: { brokers: kafka-1 }', 'kafka.brokers', /kafka-1.example:9092/],
  ['kafka: { password: secret }', 'kafka.password', /a key of kafka/],
  ['kafka: { sasl_mechanism: GSSAPI }', 'kafka.sasl_mechanism', /one of none, PLAIN/],
  ['stream: { batch_seconds: 0 }', 'stream.batch_seconds', /above 0/],
  ['stream: { batch_records: 1.5 }', 'stream.batch_records', /whole number/],
  ['stream: { metrics_port: 99999 }', 'stream.metrics_port', /at most 65535/],
])('%s is refused by its place', async (text, at, expected) => {
  expect(await refusalOf(text)).toMatchObject({
    exitCode: 2,
    at,
    expected: expect.stringMatching(expected),
  })
})

test('credentials in the endpoint are refused, and not repeated', async () => {
  const text = 'storage: { endpoint: "https://user:secret@store.example" }'
  expect(await refusalOf(text)).toMatchObject({
    at: 'storage.endpoint',
    expected: expect.stringContaining('without credentials'),
    found: '"https://…@store.example"',
  })
})

test('brokers are a list, and a source may have a topic instead of a prefix', async () => {
  const file = path.join(folder, 'my.yaml')
  await writeFile(
    file,
    'kafka: { brokers: "a:1, b.example:9092" }\nsources: { a: { preset: event_log, topic: a.b_c-1 } }',
  )
  const { kafka, sources } = readConfig(file)
  expect([kafka.brokers, sources.a]).toEqual([
    'a:1,b.example:9092',
    { preset: 'event_log', topic: 'a.b_c-1' },
  ])
})

test.each([
  'THROUGHLINE_STORAGE__WAREHOUSE',
  'THROUGHLINE___STORAGE__WAREHOUSE',
  'THROUGHLINE_STORAGE_WAREHOUSE',
])('the environment variable %s is refused instead of ignored', (name) => {
  expect(refusal(() => readConfig(undefined, { [name]: 'x' }))).toMatchObject({
    exitCode: 2,
    at: `environment variable ${name}`,
    expected: expect.stringContaining('THROUGHLINE__SECTION__KEY'),
  })
  readConfig(undefined, { [name]: undefined, THROUGHLINE_KILLS: '5' })
})
