import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { readConfig } from '../config.js'
import { ThroughlineError } from '../errors.js'
import { builtInFolder } from '../project.js'
import {
  type ConfigOverlay,
  type ProjectFiles,
  type ProjectRun,
  runProject,
  withProject,
} from '../testing/run-project.js'

/*
 * What the pages for people say is checked here: links lead somewhere, examples are valid and run, settings that are
 * named exist and have the default that is named, exit codes are those of the errors.
 */

const text = (page: string) => readFileSync(path.join(builtInFolder, page), 'utf8')

const pages = [
  ...[
    '',
    'docs',
    'config',
    'pipelines',
    'pipelines/collect',
    'schemas',
    'src',
    'src/publish',
    'src/stream',
    'src/engines/spark/connect',
  ],
].flatMap((folder) =>
  readdirSync(path.join(builtInFolder, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name)),
)

test.each(pages)('links of %s lead to files', (page) => {
  const links = [...text(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map((match) => match[1]!)
  const folder = path.join(builtInFolder, path.dirname(page))
  expect(links.filter((link) => !existsSync(path.join(folder, link)))).toEqual([])
})

const examplesOf = (page: string): ConfigOverlay[] =>
  [...text(page).matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    (match) => parse(match[1]!) as ConfigOverlay,
  )
const examples = examplesOf('docs/running.md')

test('the config examples of docs/running.md, docs/streaming.md and docs/spark.md are valid', async () => {
  const others = [...examplesOf('docs/streaming.md'), ...examplesOf('docs/spark.md')]
  expect([examples.length, others.length]).toEqual([2, 2])
  for (const example of [...examples, ...others]) {
    await withProject({ 'my.yaml': JSON.stringify(example) }, {}, async ({ folder }) => {
      expect(() => readConfig(path.join(folder, 'my.yaml'))).not.toThrow()
    })
  }
})

test('the export of the till in docs/running.md is read as its config says', async () => {
  const { till } = examples[0]!.sources as Record<string, object>
  const run = await runProject(
    {
      'raw/till/2024/03.csv':
        'Kundennr;Zeit;Vorgang;Betrag\n7;01.03.2024 10:15;Kauf;"1.250,00"\n7;2024-03-02 10:15;Kauf;9,50\n',
    },
    { sources: { till: till! } },
  )
  expect(run.tables('touchpoints')).toMatchObject([
    {
      occurred_at: new Date('2024-03-02T09:15:00Z'),
      event_type: 'kauf',
      revenue: 9.5,
      currency: 'EUR',
      session_id: null,
    },
  ])
  expect(run.tables('rejected_records')).toMatchObject([
    { row_number: 1, reason: 'unparseable_time' },
  ])
  expect(unmappedIn(run)).toEqual([{ event_type: 'kauf', touchpoints: '1', with_revenue: '1' }])
  expect(run.tables('churn_model')[0]!.reason).toMatch(/the role purchase,/)
})

const unmappedIn = ({ result }: ProjectRun) =>
  result.status === 'published'
    ? result.summary.sections.find(({ title }) => title.includes('#event-names-of-your-own'))?.rows
    : undefined

/** What the shell makes of the example of a project folder, in a folder that has our `config/`. */
async function ownLists(): Promise<ProjectFiles> {
  const script = text('docs/running.md').match(/```sh\n(mkdir -p my-project[\s\S]*?)```/)![1]!
  return withProject({}, {}, async ({ folder }) => {
    symlinkSync(path.join(builtInFolder, 'config'), path.join(folder, 'config'))
    execFileSync('sh', ['-ec', script], { cwd: folder })
    const own = path.join(folder, 'my-project', 'config')
    return Object.fromEntries(
      readdirSync(own).map((name) => [`config/${name}`, readFileSync(path.join(own, name))]),
    )
  })
}

test('the project folder of docs/running.md makes conversions, stages and purchases of own event names', async () => {
  const { till } = examples[0]!.sources as Record<string, object>
  const visits = ['7;02.03.2024;Besuch;', '7;03.03.2024;Beratung;', '7;04.03.2024;Kauf;9,50']
  const run = await runProject(
    {
      ...(await ownLists()),
      'raw/till/2024/03.csv': `Kundennr;Zeit;Vorgang;Betrag\n${visits.join('\n')}\n`,
    },
    { sources: { till: { ...till, time_format: '%d.%m.%Y' } } },
  )
  expect(run.tables('journeys')).toMatchObject([{ status: 'converted', goal_id: 'purchase' }])
  expect(run.tables('touchpoints').map(({ stage }) => stage)).toEqual([
    'awareness',
    'consideration',
    'purchase',
  ])
  expect(unmappedIn(run)).toBeUndefined()
  expect(run.tables('churn_model')[0]!.reason).not.toMatch(/role/)
})

test('settings have the defaults that docs/definitions.md names', () => {
  const { collect, identity, journeys, churn } = readConfig(undefined)
  const defaults: Record<string, unknown> = { ...collect, ...identity, ...journeys, ...churn }
  const named = text('docs/definitions.md').matchAll(
    /`(?:\w+\.)?([a-z_]+)`(?:\s+=\s+([a-z0-9_]+)| \((true|false)\))/g,
  )
  const said = [...named].map(([, key, value, flag]) => [key!, value ?? flag])
  expect(said.length).toBeGreaterThan(25)
  expect(said).toEqual(said.map(([key]) => [key, String(defaults[key!])]))
})

test('exit codes are those that docs/running.md lists', () => {
  const listed = [...text('docs/running.md').matchAll(/^\| (\d) \|/gm)].map(([, code]) =>
    Number(code),
  )
  const codes = (
    [
      'usage',
      'config',
      'contract',
      'lock',
      'conflict',
      'source',
      'books',
      'model',
      'machine',
      'bug',
    ] as const
  ).map((code) => {
    const fields = { at: 'x', expected: 'x', found: 'x', remedy: 'x' }
    return new ThroughlineError({ code, ...fields }).exitCode
  })
  expect(listed).toEqual([0, ...new Set(codes)].sort())
})
