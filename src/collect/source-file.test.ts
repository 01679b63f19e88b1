import { expect, test } from '@jest/globals'
import { withProject } from '../testing/run-project.js'
import { fieldsOf, readSourceFiles } from './source-file.js'

const select = `-- One row per call.
-- Needed is a caller.
--  Calls without an end are open.
select -- no note
  get_json_object(payload, '$.caller.number') as phone, get_json_object(payload, '$.caller.name') as name,
  get_json_object(payload, '$.end') as ended
from raw`

test('a source file says what it reads in its opening comments, and its fields in its paths', async () => {
  await withProject({ 'pipelines/collect/calls.sql': select }, {}, async ({ folder }) => {
    const file = (await readSourceFiles(folder)).get('calls')!
    expect(file).toMatchObject({
      title: 'One row per call.',
      notes: ['Needed is a caller.', 'Calls without an end are open.'],
    })
    expect(fieldsOf(file)).toEqual(['caller', 'end'])
  })
})
