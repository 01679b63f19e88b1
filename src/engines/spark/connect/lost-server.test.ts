import { expect, test } from '@jest/globals'
import type { ConnectServer, StreamBehaviour } from '../../../testing/connect/connect-server.js'
import { allIds, answers, idsOf, unavailable } from '../../../testing/connect/numbers.js'
import { Refusal } from '../../../testing/connect/refusal.js'
import { overProxy, restless, withSession } from '../../../testing/connect/under-test.js'
import type { Patience } from './patience.js'
import type { SparkSession } from './session.js'

test('a stream that falls silent is left for another one while the server answers', async () => {
  const work = async (session: SparkSession, server: ConnectServer) => {
    server.streams.push({ responses: 4, end: 'never' }, { responses: 0, end: 'never' })
    expect(await idsOf(session)).toEqual(allIds)
    expect(server.executed()).toEqual(['numbers'])
  }
  await withSession(answers, work, { silenceMilliseconds: 200 })
})

const silent: StreamBehaviour = { responses: 0, end: 'never' }
/** Ten such streams last longer than failures are borne with. */
const watchful = { silenceMilliseconds: 100, failingMilliseconds: 400 }
const held = { heldMilliseconds: 50, failingMilliseconds: 400 }

test.each<[name: string, stream: StreamBehaviour, patience: Partial<Patience>]>([
  ['are silent', silent, watchful],
  ['the server ends', { responses: 0, holdMilliseconds: 100 }, held],
  ['something on the way cuts', { responses: 0, holdMilliseconds: 100, end: unavailable }, held],
])('a statement that has nothing to say goes on when streams %s', async (_, stream, patience) => {
  const work = async (session: SparkSession, server: ConnectServer) => {
    server.streams.push(...Array<StreamBehaviour>(10).fill(stream))
    await session.execute('write')
    expect(server.streams).toEqual([])
    expect(server.executed()).toEqual(['write'])
  }
  await withSession(answers, work, patience)
})

const unknown = new Refusal('INVALID_HANDLE.OPERATION_NOT_FOUND')

test('a statement that the server had, and has no more, is not sent again', async () => {
  const work = async (session: SparkSession, server: ConnectServer) => {
    server.streams.push(silent, silent, { refuse: unknown })
    await expect(session.execute('write')).rejects.toMatchObject({
      code: 'source',
      retryable: true,
      found: 'one that dropped it',
    })
    expect(server.calls.filter(({ method }) => method === 'ExecutePlan')).toHaveLength(1)
  }
  await withSession(answers, work, watchful)
})

test('a server that takes a statement again and again, and never has it, is given up', async () => {
  const work = async (session: SparkSession, server: ConnectServer) => {
    server.streams.push(
      ...Array(100)
        .fill([silent, { refuse: unknown }])
        .flat(),
    )
    await expect(session.execute('write')).rejects.toMatchObject({ code: 'source' })
  }
  await withSession(answers, work, watchful)
})

test('a server that goes while a statement is silent is given up', async () => {
  const work = async (session: SparkSession, server: ConnectServer) => {
    server.streams.push(...Array<StreamBehaviour>(100).fill(silent))
    server.failures.AnalyzePlan = [undefined, undefined, undefined, ...Array(100).fill(unavailable)]
    await expect(session.execute('write')).rejects.toMatchObject({
      code: 'source',
      retryable: true,
      found: expect.stringContaining('UNAVAILABLE: UNAVAILABLE'),
    })
  }
  await withSession(answers, work, watchful)
})

test.each<[name: string, failures: unknown[], patience: Partial<Patience>]>([
  ['refuses', Array(4).fill(unavailable), {}],
  ['is silent', ['never'], { requestMilliseconds: 100 }],
])('somebody is told, once, that a server is waited for which %s', async (_, failures, given) => {
  const told: string[] = []
  const work = async (session: SparkSession, server: ConnectServer) => {
    await session.version()
    expect(told).toEqual([])
    for (let times = 0; times < 2; times++) {
      Object.assign(server.failures, { AnalyzePlan: [...failures] })
      await session.version()
      expect(told).toEqual([expect.stringMatching(/^Spark at 127\..* is waited for \([A-Z_]+\)/)])
    }
  }
  const patience = { failingMilliseconds: 60_000, noticeMilliseconds: 10, ...given }
  await withSession(answers, work, patience, (message) => told.push(message))
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
