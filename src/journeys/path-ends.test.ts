import { expect, test } from '@jest/globals'
import { runProject } from '../testing/run-project.js'

test('events that other tools write to mark the ends of a path are not taken for its ends', async () => {
  const events = ['path_start', 'visit', 'Path End']
  const rows = events.map((event, minute) => `ann,2025-01-01T10:0${minute}:00Z,${event}\n`)
  const { tables } = await runProject(
    { 'raw/log/a.csv': `customer,time,event\n${rows.join('')}` },
    { sources: { log: { preset: 'event_log', prefix: 'log/' } } },
  )
  const journeys = tables('transitions').filter(({ scope }) => scope === 'journey')
  expect(journeys.map((row) => [row.from_node, row.to_node, row.moves])).toEqual([
    ['path_start', 'visit', 1],
    ['visit', 'path_end', 1],
  ])
})
