import { expect, test } from '@jest/globals'
import type { Engine } from './engines/engine.js'
import { runByLineage } from './run-by-lineage.js'
import { withEngine } from './testing/engine.js'

const nodes = [
  { table: 'a', reads: ['input'] },
  { table: 'b', reads: ['a'] },
  { table: 'c', reads: ['input'] },
  { table: 'd', reads: ['b', 'c'] },
]

const withSessions = (use: (sessions: Engine[]) => Promise<void>): Promise<void> =>
  withEngine({}, async (engine) => {
    const other = await engine.session()
    await use([engine, other])
    await other.close()
  })

test('each table is made after what it reads, two at a time', async () => {
  await withSessions(async (sessions) => {
    await sessions[0]!.createTable('input', 'select 1 as n')
    let running = 0
    let most = 0
    await runByLineage(nodes, sessions, async (engine, { table, reads }) => {
      running += 1
      most = Math.max(most, running)
      const sum = reads.map((read) => `(select n from ${read})`).join(' + ')
      await engine.createTable(table, `select 1 + ${sum} as n`)
      running -= 1
    })
    expect(await sessions[0]!.query('select cast(n as int) as n from d')).toEqual([{ n: 6 }])
    expect(most).toBe(2)
  })
})

test('of what could begin, the node with most behind it goes first', async () => {
  await withSessions(async ([session]) => {
    const begun: string[] = []
    const fork = [
      { table: 'a', reads: ['input'] },
      { table: 'aside', reads: ['a'] },
      { table: 'b', reads: ['a'] },
      { table: 'c', reads: ['b'] },
    ]
    await runByLineage(fork, [session!], async (_, { table }) => {
      begun.push(table)
    })
    expect(begun).toEqual(['a', 'b', 'aside', 'c'])
  })
})

test('and a node that takes long before one with little behind it', async () => {
  await withSessions(async ([session]) => {
    const begun: string[] = []
    const fork = [
      { table: 'a', reads: ['input'] },
      { table: 'b', reads: ['a'] },
      { table: 'c', reads: ['b'] },
      { table: 'long', reads: ['a'], weight: 3 },
    ]
    await runByLineage(fork, [session!], async (_, { table }) => {
      begun.push(table)
    })
    expect(begun).toEqual(['a', 'long', 'b', 'c'])
  })
})

test('after a failure nothing more is begun, and the error comes when the rest has ended', async () => {
  await withSessions(async (sessions) => {
    const begun: string[] = []
    const ended: string[] = []
    const run = runByLineage(nodes, sessions, async (engine, { table }) => {
      begun.push(table)
      if (table === 'a') throw new Error('no a')
      await engine.query('select count(*) as n from range(100000)')
      ended.push(table)
    })
    await expect(run).rejects.toThrow('no a')
    expect(begun).toEqual(['a', 'c'])
    expect(ended).toEqual(['c'])
  })
})
