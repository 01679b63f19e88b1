import { describe, expect, test } from '@jest/globals'
import { batchesOf } from '../../../testing/connect/arrow-answers.js'
import type { ConnectServer, StreamBehaviour } from '../../../testing/connect/connect-server.js'
import type { CuttingProxy } from '../../../testing/connect/cutting-proxy.js'
import { allIds, answers, idsOf, unavailable } from '../../../testing/connect/numbers.js'
import type { Answer } from '../../../testing/connect/operations.js'
import { Refusal } from '../../../testing/connect/refusal.js'
import { overProxy, withSession } from '../../../testing/connect/under-test.js'
import { operationIdOf } from './operation-id.js'
import type { SparkSession } from './session.js'

const methodsOf = ({ calls }: ConnectServer): string[] =>
  calls.map(({ method }) => method).filter((method) => /Execute(Plan)?$/.test(method))

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
