import { expect, test } from '@jest/globals'
import type { RawObject } from '../collect/raw-objects.js'
import { columnsOf } from '../contract.js'
import { contracts, withEngine } from '../testing/engine.js'
import { objectChanges } from './object-changes.js'

const objectOf = (objectId: string, etag = 'e1'): RawObject => ({
  objectId,
  source: 's',
  key: objectId,
  etag,
  bytes: 1,
  modifiedAt: new Date(0),
})

/** Changes against tables that have read these objects. */
const changesOf = (read: readonly RawObject[], listed: readonly RawObject[]) =>
  withEngine({}, async (engine) => {
    const columns = columnsOf(contracts.get('object_reads')!)
    const rows = read.map(({ objectId, key, etag, bytes, source }) => ({
      object_id: objectId,
      source,
      object_key: key,
      etag,
      bytes,
      status: 'read',
      rows_read: 1,
    }))
    await engine.writeRows('object_reads', columns, rows)
    return objectChanges(engine, listed)
  })

test('new and rewritten objects are read, rows of rewritten and deleted ones withdrawn', async () => {
  const read = ['a', 'b', 'c'].map((id) => objectOf(id))
  const listed = [objectOf('b'), objectOf('c', 'e2'), objectOf('d')]
  const { toRead, withdrawn } = await changesOf(read, listed)
  expect(toRead.map(({ objectId }) => objectId)).toEqual(['c', 'd'])
  expect(withdrawn).toEqual(['c', 'a'])
})

test('an archive that is gone as a whole withdraws nothing, it is an error', async () => {
  const read = [objectOf('a'), objectOf('p-000'), objectOf('p-100')]
  await expect(changesOf(read, [objectOf('a')])).rejects.toMatchObject({
    code: 'source',
    exitCode: 5,
    at: 'stream.archive',
  })
  expect((await changesOf(read, [objectOf('p-100')])).withdrawn).toEqual(['a', 'p-000'])
})
