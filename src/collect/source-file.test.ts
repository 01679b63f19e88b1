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

const doubled = `-- One row per caller and callee.
select object_id, row_number, loaded_at, explode(people) as native_id, 'touchpoint' as record_kind, called_at as occurred_at,
  'called' as event_type, 'user_id=' || called_at as identifiers
from (
  select object_id, row_number, loaded_at, split_list(get_json_object(payload, '$.people'), ',') as people,
    get_json_object(payload, '$.at') as called_at
  from raw) as calls`

test('a source file that gives records of a row one number is refused, for one of them would go for a copy of the other', () =>
  withProject(
    {
      'pipelines/collect/calls.sql': doubled,
      'raw/calls/1.ndjson': '{"people":"ann,bob","at":"2025-01-05T10:00:00Z"}\n',
    },
    { sources: { calls: { preset: 'calls', prefix: 'calls' } }, run: { state_folder: 'none' } },
    async ({ run }) => {
      await expect(run()).rejects.toMatchObject({
        code: 'model',
        at: expect.stringMatching(/calls\.sql$/),
        found: '1 number that several records share',
      })
    },
  ))
