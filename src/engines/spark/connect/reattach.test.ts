import { status } from '@grpc/grpc-js'
import { describe, expect, test } from '@jest/globals'
import { arrowOf, batchesOf } from '../../../testing/connect/arrow-answers.js'
import type { ConnectServer, StreamBehaviour } from '../../../testing/connect/connect-server.js'
import { type CuttingProxy, openCuttingProxy } from '../../../testing/connect/cutting-proxy.js'
import type { Answer } from '../../../testing/connect/operations.js'
import { Broken, Refusal } from '../../../testing/connect/refusal.js'
import { hasty, restless, withSession } from '../../../testing/connect/under-test.js'
import { operationIdOf } from './operation-id.js'
import type { Patience } from './patience.js'
import { openSparkSession, type SparkSession } from './session.js'

const rows = 1000
const answers = { numbers: batchesOf(rows, 100), write: [done()] }

/** What a command leaves: no rows. */
function done() {
  return { sqlCommandResult: { relation: Uint8Array.of(0x5a, 0x00) } }
}

const unavailable = new Broken(status.UNAVAILABLE)
const methodsOf = ({ calls }: ConnectServer): string[] =>
  calls.map(({ method }) => method).filter((method) => /Execute(Plan)?$/.test(method))

async function idsOf(session: SparkSession): Promise<number[]> {
  const ids: number[] = []
  for await (const table of session.query('numbers'))
    ids.push(...(table.getChildAt(0)!.toArray() as Int32Array))
  return ids
}

const allIds = Array.from({ length: rows }, (_, id) => id)

const bearable: [name: string, streams: StreamBehaviour[]][] = [
  ['a stream that the server ends in the middle, again and again', Array(8).fill({ responses: 1 })],
  [
    'a stream that breaks in the middle',
    [{ responses: 3, end: unavailable }, { end: unavailable }],
  ],
  ['a stream that breaks before the first response', [{ responses: 0, end: unavailable }]],
  ['a request that never reaches the server', [{ refuse: unavailable }, {}]],
  [
    'another reader that takes the place',
    [{ responses: 2, end: new Refusal('INVALID_CURSOR.DISCONNECTED') }],
  ],
  ['responses that come twice', [{ lie: (response) => [response, response] }]],
  ['responses that come again after a cut', [{ responses: 5, end: unavailable }, { lie: again }]],
]

/** Before the first response of a new stream, the last one of the stream before. */
function again(response: Answer, index: number): Answer[] {
  if (index > 0) return [response]
  return [{ ...response, ...answers.numbers[4], responseId: `${response.operationId}/4` }, response]
}

test.each(bearable)('each row comes once, in order, in spite of %s', async (_, streams) => {
  await withSession(answers, async (session, server) => {
    server.streams.push(...streams)
    expect(await idsOf(session)).toEqual(allIds)
    expect(server.executed()).toEqual(['numbers'])
    expect(server.streams).toEqual([])
  })
})

/** Does the work in a session whose way to the server can be cut. */
async function overProxy(
  server: ConnectServer,
  patience: Partial<Patience>,
  work: (session: SparkSession, proxy: CuttingProxy) => Promise<void>,
  cutAfter: readonly number[] = [],
): Promise<void> {
  const proxy = await openCuttingProxy(server.address)
  proxy.cutAfter.push(...cutAfter)
  try {
    const options = { patience: { ...hasty, ...patience } }
    const session = await openSparkSession(`sc://${proxy.address}`, options)
    await work(session, proxy).finally(() => session.close())
  } finally {
    proxy.close()
  }
}

test('each row comes once in spite of connections that are cut within a message', async () => {
  await withSession({ numbers: batchesOf(100_000, 10_000) }, async (_, server) => {
    const work = async (session: SparkSession, proxy: CuttingProxy) => {
      expect((await idsOf(session)).length).toBe(100_000)
      expect(proxy.cuts()).toBe(3)
    }
    // 40 kB a batch: the cuts lie in the second, the fourth and the seventh.
    await overProxy(server, {}, work, [60_000, 100_000, 140_000])
    expect(methodsOf(server).filter((method) => method === 'ReattachExecute').length).toBe(3)
  })
})

test('a new stream goes on behind the last response, and what was read is released', async () => {
  await withSession(answers, async (session, server) => {
    server.streams.push({ responses: 2, end: unavailable })
    const operationId = operationIdOf('run', 'numbers')
    await session.rows('numbers', { operationId })
    const { request } = server.calls.find(({ method }) => method === 'ReattachExecute')!
    expect(request).toMatchObject({ operationId, lastResponseId: `${operationId}/1` })
    const released = server.calls.filter(({ method }) => method === 'ReleaseExecute')
    expect(released[0]?.request).toMatchObject({ until: { responseId: `${operationId}/0` } })
    expect(released.at(-1)?.request).toMatchObject({ operationId, all: {} })
  })
})

describe('a write', () => {
  const operationId = operationIdOf('run', 'write')

  test('is not run twice when its answer is lost', async () => {
    await withSession(answers, async (session, server) => {
      server.streams.push({ responses: 0, end: unavailable })
      await session.execute('write', { operationId })
      expect(server.executed()).toEqual(['write'])
    })
  })

  test('is sent again with its id when the server has never heard of it', async () => {
    await withSession(answers, async (session, server) => {
      server.streams.push({ refuse: unavailable })
      await session.execute('write', { operationId })
      expect(methodsOf(server).slice(0, 3)).toEqual([
        'ExecutePlan',
        'ReattachExecute',
        'ExecutePlan',
      ])
      expect(server.executed()).toEqual(['write'])
    })
  })

  test('that has ended is said to be done when it is sent again', async () => {
    await withSession(answers, async (session, server) => {
      await session.execute('write', { operationId })
      await expect(
        session.execute('write', { operationId, name: 'touchpoints' }),
      ).rejects.toMatchObject({
        code: 'conflict',
        at: expect.stringMatching(/^touchpoints, Spark at 127/),
        found: expect.stringContaining('already done'),
      })
      expect(server.executed()).toEqual(['write'])
    })
  })
})

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

test('a stream that falls silent is left for another one while the server answers', async () => {
  const work = async (session: SparkSession, server: ConnectServer) => {
    server.streams.push({ responses: 4, end: 'never' }, { responses: 0, end: 'never' })
    expect(await idsOf(session)).toEqual(allIds)
    expect(server.executed()).toEqual(['numbers'])
  }
  await withSession(answers, work, { silenceMilliseconds: 200 })
})

test('a connection that dies in silence is left for another one', async () => {
  const started = [{ progress: { stages: [], runningTasks: 1n } }, ...answers.numbers]
  await withSession({ numbers: started }, async (_, server) => {
    await overProxy(server, restless, async (session, proxy) => {
      server.streams.push({ responses: 3, end: 'never' })
      const read = await session.rows('numbers', { onProgress: () => proxy.mute() })
      expect(read.map(({ id }) => id)).toEqual(allIds)
    })
  })
})

test('a server that never answers is given up', async () => {
  const work = async (session: SparkSession, server: ConnectServer) => {
    const silent: StreamBehaviour = { responses: 0, end: 'never' }
    server.streams.push({ responses: 1, end: 'never' }, ...Array<StreamBehaviour>(100).fill(silent))
    server.failures.AnalyzePlan = Array(100).fill('never')
    await expect(session.rows('numbers')).rejects.toMatchObject({
      code: 'source',
      retryable: true,
      found: expect.stringContaining('DEADLINE_EXCEEDED'),
    })
  }
  await withSession(answers, work, restless)
})

test('a server that was restarted is noticed, between statements and within one', async () => {
  const lost = {
    code: 'source',
    retryable: true,
    remedy: expect.stringContaining('temporary views, functions and settings of this one are gone'),
  }
  await withSession(answers, async (session, server) => {
    server.restart()
    await expect(session.execute('write')).rejects.toMatchObject(lost)
    expect(server.executed()).toEqual([])
  })
  await withSession(answers, async (session, server) => {
    const { value } = await session.query('numbers').next()
    expect(value?.numRows).toBe(100)
    server.restart()
    await expect(session.version()).rejects.toMatchObject(lost)
  })
  await withSession(answers, async (session, server) => {
    server.streams.push({ responses: 2, end: unavailable, lie: restartAfter(server) })
    await expect(session.rows('numbers')).rejects.toMatchObject(lost)
  })
})

/** The server goes with the first response; another takes its place. */
function restartAfter(server: ConnectServer): NonNullable<StreamBehaviour['lie']> {
  return (response, index) => {
    if (index === 1) server.restart()
    return [response]
  }
}

test('a server that answers for another session of its own is noticed', async () => {
  await withSession(answers, async (session, server) => {
    server.streams.push({ lie: (response) => [{ ...response, serverSession: 'other' }] })
    await expect(session.rows('numbers')).rejects.toMatchObject({ code: 'source', retryable: true })
  })
})
