import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { columnsOf } from '../../contract.js'
import type { EmbeddedEngine } from '../../engines/engine.js'
import { lintSql } from '../../lint/lint-sql.js'
import { contracts, withEngine } from '../../testing/engine.js'
import { withKeptSample } from '../../testing/kept-sample.js'
import { givenLinkInput, linkedRows, linkInputs, rowsOfLinked } from '../../testing/linking.js'
import { componentsKernel } from '../components.js'
import { linkSets } from '../link.js'
import { readRules } from '../read-rules.js'
import { linkInTables } from './link-in-tables.js'

test('makes the tables that linking in this process makes, in as many parts as customers in doubt need', () =>
  withEngine({}, (engine) =>
    fc.assert(
      fc.asyncProperty(linkInputs, fc.constantFrom(5, 50, 5000), async (input, rowsAtATime) => {
        await givenLinkInput(engine, input)
        await linkInTables(engine, input, rowsAtATime)
        expect(await linkedRows(engine)).toEqual(rowsOfLinked(linkSets(input)))
      }),
      { numRuns: 20, endOnFailure: true },
    ),
  ))

test('makes the sample’s tables, of few rows in this process', () =>
  withKeptSample(3000, async ({ engine, settings }) => {
    await componentsKernel.run(engine, { settings })
    const expected = await linkedRows(engine)
    const { rowsInDoubt } = await linkInTables(engine, await readRules(engine, settings))
    expect(await linkedRows(engine)).toEqual(expected)
    for (const table of componentsKernel.makes)
      expect(await engine.describe(`select * from ${table}`)).toEqual(
        columnsOf(contracts.get(table)!),
      )
    const [found] = await engine.query('select count(*) as links from set_links')
    expect(rowsInDoubt).toBeGreaterThan(0)
    expect(rowsInDoubt).toBeLessThan(Number(found?.links) / 5)
  }))

test('its SQL is in the common subset of engines', () =>
  withEngine({}, async (engine) => {
    const findings: string[] = []
    const linted: EmbeddedEngine = {
      ...engine,
      async createTable(table, select) {
        findings.push(...(await lint(table, select)))
        await engine.createTable(table, select)
      },
      async query(sql) {
        findings.push(...(await lint('query', sql)))
        return engine.query(sql)
      },
      async readIntegers(select) {
        findings.push(...(await lint('read', select)))
        return engine.readIntegers(select)
      },
    }
    const [input] = fc.sample(linkInputs, { numRuns: 1, seed: 115 })
    await givenLinkInput(engine, input!)
    const { rowsInDoubt } = await linkInTables(linted, input!)
    expect(rowsInDoubt).toBeGreaterThan(0)
    expect(findings).toEqual([])
  }))

async function lint(name: string, sql: string): Promise<string[]> {
  const found = await lintSql(name, `-- One row per group.\n${sql}`, new Set())
  return found.map(({ file, line, message }) => `${file}:${line} ${message}`)
}
