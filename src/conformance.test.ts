import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { collectedTables } from './collect/collect.js'
import { readSourceFiles } from './collect/source-file.js'
import { contractProblems } from './contract-problems.js'
import { cutBy } from './increment/changes.js'
import { keysOfTouchedGroups } from './increment/groups.js'
import { modelStages, readModels, releaseStages } from './models.js'
import { producersInOrder } from './producers.js'
import { builtInFolder, projectFiles } from './project.js'
import { writtenByRelease } from './restate/restate.js'
import { readCases } from './testing/cases.js'
import { contracts } from './testing/engine.js'

const models = await readModels(undefined, [...modelStages, ...releaseStages])
const producers = await producersInOrder()
const made = new Set([
  ...producers.flatMap(({ makes }) => makes),
  ...models.map(({ table }) => table),
  ...writtenByRelease,
])

test('every model has a contract', () => {
  expect(models.map(({ table }) => table).filter((table) => !contracts.has(table))).toEqual([])
})

test('every model has at least one case', () => {
  expect(models.filter((model) => readCases(model).length === 0).map(({ table }) => table)).toEqual(
    [],
  )
})

test('every contract has the producer that its kind promises', () => {
  const registries = projectFiles('config', '.csv')
  const orphans = [...contracts.values()].filter(({ table, kind }) => {
    if (kind === 'registry') return !registries.has(table)
    if (kind === 'collect') return !collectedTables.some((collected) => collected === table)
    if (kind === 'run') return !made.has(table.replace(/^previous_/, ''))
    return kind !== 'intake' && !made.has(table)
  })
  expect(orphans.map(({ table, kind }) => `${table} (${kind})`)).toEqual([])
})

test('every table has one producer', () => {
  const tables = producers.flatMap(({ makes }) => makes)
  expect(tables.filter((table, index) => tables.indexOf(table) !== index)).toEqual([])
})

test('whatever a producer reads is made by something', () => {
  const known = new Set([...contracts.keys()])
  const unknown = producers.flatMap(({ table, reads }) =>
    reads.filter((read) => !known.has(read)).map((read) => `${table} reads ${read}`),
  )
  expect(unknown).toEqual([])
})

test('contracts promise nothing that a run could not keep', () => {
  expect(contractProblems(contracts)).toEqual([])
})

test('personal columns of published tables are classified', () => {
  const isPersonal =
    /^(email|phone|.*_text|identifiers|attributes|id_value|full_name|first_name|last_name)$/
  const unclassified = [...contracts.values()]
    .filter(({ published }) => published)
    .flatMap(({ table, columns }) =>
      columns
        .filter(({ name, physicalType }) => isPersonal.test(name) && physicalType === 'string')
        .filter(({ classification }) => classification !== 'personal')
        .map(({ name }) => `${table}.${name}`),
    )
  expect(unclassified).toEqual([])
})

test('a row that is made alone is known by a key without nulls, and what the passing of time changes by a column and a condition', () => {
  const others = [...contracts.values()].filter(
    ({ slice, key, columns }) =>
      slice && columns.some(({ name, required }) => key.includes(name) && !required),
  )
  const untold = [...contracts.values()].filter(({ unsettled, dueWhen }) => unsettled && !dueWhen)
  expect([...others, ...untold].map(({ table }) => table)).toEqual([])
})

test('what reads tables of groups can follow the touched groups alone', () => {
  const isOfGroups = (table: string) => contracts.get(table)?.slice === 'group'
  const readers = producers.filter(({ reads }) => reads.some(isOfGroups))
  const others = readers
    .flatMap(({ makes }) => makes)
    .filter((table) => !isOfGroups(table))
    .filter((table) => !(cutBy(contracts.get(table)!)! in keysOfTouchedGroups))
  expect(others).toEqual([])
})

test('every source file says in its first line what it reads', async () => {
  const untitled = [...(await readSourceFiles()).values()].filter(
    ({ title }) => !title.startsWith('One row per '),
  )
  expect(untitled.map(({ preset }) => preset)).toEqual([])
})

test('every key of config/default.yaml has a comment', () => {
  const lines = readFileSync(path.join(builtInFolder, 'config', 'default.yaml'), 'utf8').split('\n')
  const keys = lines.filter((line) => /^ {2}[a-z_]+:/.test(line))
  const uncommented = keys.filter((line) => !line.includes('#'))
  expect(keys.length).toBeGreaterThan(30)
  expect(uncommented).toEqual([])
})

test('nothing outside src/engines imports an engine', () => {
  const sources = readdirSync(path.join(builtInFolder, 'src'), {
    recursive: true,
    encoding: 'utf8',
  }).filter(
    (file) =>
      file.endsWith('.ts') && !file.endsWith('.test.ts') && !/^(engines|testing)\//.test(file),
  )
  const offenders = sources.filter((file) => {
    const text = readFileSync(path.join(builtInFolder, 'src', file), 'utf8')
    return /from '.*engines\/(duckdb|spark)\//.test(text)
  })
  expect(offenders).toEqual([])
})
