import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { collectFiles } from '../testing/collect-files.js'

const columns = { customer: 'actor.id', email: 'mail', event: 'what', time: 'event' }

test('fields of a JSON record under names of the config are not kept a second time in properties', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-renamed-'))
  try {
    await mkdir(path.join(folder, 'log'))
    const record = {
      actor: { id: 'u1', plan: 'gold' },
      mail: 'ann@example.com',
      what: 'Visit',
      event: '2024-03-01T10:00:00Z',
      colour: 'red',
    }
    await writeFile(path.join(folder, 'log', 'a.ndjson'), `${JSON.stringify(record)}\n`)
    const collected = await collectFiles(folder, {
      log: { preset: 'event_log', prefix: 'log/', columns },
    })
    const [event] = collected.get('log')!.records
    expect(event).toMatchObject({ event_type: 'visit', occurred_at: '2024-03-01 10:00:00' })
    expect(event!.identifiers).toBe('customer_id=u1\u001femail=ann@example.com')
    expect(JSON.parse(String(event!.properties))).toEqual({
      actor: { plan: 'gold' },
      colour: 'red',
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
