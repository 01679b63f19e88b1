import { expect, test } from '@jest/globals'
import { arrowOf } from '../../../testing/connect/arrow-answers.js'
import type { StreamBehaviour } from '../../../testing/connect/connect-server.js'
import { answers, unavailable } from '../../../testing/connect/numbers.js'
import { Refusal } from '../../../testing/connect/refusal.js'
import { withSession } from '../../../testing/connect/under-test.js'

const fatal: [name: string, StreamBehaviour[], refused: object][] = [
  [
    'responses of another operation',
    [{ lie: (response) => [{ ...response, operationId: 'other' }] }],
    { code: 'source', found: 'one of other' },
  ],
  [
    'responses of another session',
    [{ lie: (response) => [{ ...response, sessionId: 'other' }] }],
    { code: 'source', found: 'one of other' },
  ],
  [
    'responses without an id',
    [{ lie: (response) => [{ ...response, responseId: '' }] }],
    { code: 'source', found: 'one without' },
  ],
  [
    'a missing batch',
    [{ lie: (response, index) => (index === 3 ? [] : [response]) }],
    { expected: 'rows from row 300 on', found: 'rows from row 400 on' },
  ],
  [
    'a batch that comes again under a new id',
    [
      {
        lie: (response, index) => [
          response,
          ...(index === 3 ? [{ ...response, responseId: 'new' }] : []),
        ],
      },
    ],
    { expected: 'rows from row 400 on', found: 'rows from row 300 on' },
  ],
  [
    'a batch of fewer rows than it says',
    [
      {
        lie: (response) => [
          { ...response, arrowBatch: { rowCount: 7n, data: arrowOf(Int32Array.of(1)) } },
        ],
      },
    ],
    { expected: 'a batch of 7 rows', found: 'one of 1' },
  ],
  ['an Arrow stream that is cut short', [{ lie: cutArrow(250) }], { expected: 'an Arrow stream' }],
  ['an Arrow stream that is cut before its rows', [{ lie: cutArrow(16) }], { code: 'source' }],
  [
    'bytes that are no Arrow stream',
    [
      {
        lie: (response) => [
          { ...response, arrowBatch: { rowCount: 1n, data: Buffer.alloc(300, 'x') } },
        ],
      },
    ],
    { code: 'source' },
  ],
  [
    'a statement that is dropped while it is read',
    [{ responses: 2 }, { refuse: new Refusal('INVALID_HANDLE.OPERATION_NOT_FOUND') }],
    { code: 'source', retryable: true, found: 'one that dropped it' },
  ],
  [
    'a server that only breaks',
    Array(1000).fill({ refuse: unavailable }),
    { code: 'source', retryable: true, expected: 'an answer' },
  ],
  [
    'a server that only ends',
    Array(1000).fill({ responses: 0 }),
    { code: 'source', found: expect.stringContaining('before the result was complete') },
  ],
]

function cutArrow(bytes: number): NonNullable<StreamBehaviour['lie']> {
  return ({ arrowBatch, ...response }) => [
    arrowBatch
      ? { ...response, arrowBatch: { ...arrowBatch, data: arrowBatch.data!.subarray(0, bytes) } }
      : response,
  ]
}

test.each(fatal)('%s: an error', async (_, streams, refused) => {
  await withSession(answers, async (session, server) => {
    server.streams.push(...streams)
    await expect(session.rows('numbers')).rejects.toMatchObject(refused)
  })
})
