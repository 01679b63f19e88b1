import { setImmediate as turn } from 'node:timers/promises'
import { ServerCredentials } from '@grpc/grpc-js'
import { expect, test } from '@jest/globals'
import { arrowOf, batchesOf } from '../../../testing/connect/arrow-answers.js'
import { type ServerOptions, startConnectServer } from '../../../testing/connect/connect-server.js'
import { hasty, restless, withSession } from '../../../testing/connect/under-test.js'
import { freePort } from '../../../testing/free-port.js'
import { selfSigned } from '../../../testing/self-signed.js'
import { decode, encode } from './codec.js'
import { relation } from './requests.js'
import { resultRelation } from './responses.js'
import type { Progress } from './results.js'
import { openSparkSession, type SessionOptions } from './session.js'

const { key, certificate } = selfSigned()

test('a query answers with typed tables, a command with its rows, a query run as a command too', async () => {
  const local = encode(resultRelation, { local: { data: arrowOf(Int32Array.of(5)) } })
  const handedOut = Uint8Array.of(0x92, 0x3f, 0x00)
  const answers = {
    select: batchesOf(3, 2),
    show: [{ sqlCommandResult: { relation: local } }],
    'select as a command': [{ sqlCommandResult: { relation: handedOut } }],
    [Buffer.from(handedOut).toString('hex')]: batchesOf(1, 1),
  }
  await withSession(answers, async (session) => {
    expect(await session.rows('select')).toEqual([{ id: 0 }, { id: 1 }, { id: 2 }])
    expect(await session.execute('show')).toEqual([{ id: 5 }])
    expect(await session.execute('select as a command')).toEqual([{ id: 0 }])
  })
})

test('parameters go as literals, by position or by name', async () => {
  await withSession({ '?': [], ':a': [] }, async (session, server) => {
    await session.rows('?', { parameters: [1, 'x'] })
    await session.rows(':a', { parameters: { a: 'it’s' } })
    const sent = server.calls
      .filter(({ method }) => method === 'ExecutePlan')
      .map(({ request }) => decode(relation, (request.plan as { root: Uint8Array }).root).sql)
    expect(sent[0]?.positionalArguments).toMatchObject([
      { literal: { long: 1n } },
      { literal: { string: 'x' } },
    ])
    expect(sent[1]?.namedArguments).toMatchObject({ a: { literal: { string: 'it’s' } } })
  })
})

test('progress is reported as it comes', async () => {
  const stage = { stageId: 1n, tasks: 4n, completedTasks: 3n, inputBytes: 9n, done: false }
  const answers = {
    slow: [{ progress: { stages: [stage], runningTasks: 2n } }, ...batchesOf(1, 1)],
  }
  await withSession(answers, async (session) => {
    const reports: Progress[] = []
    await session.rows('slow', { onProgress: (progress) => reports.push(progress) })
    const stages = [{ stage: 1, tasks: 4, completedTasks: 3, inputBytes: 9, done: false }]
    expect(reports).toEqual([{ runningTasks: 2, stages }])
  })
})

test('what the consumer does not ask for stays with the server', async () => {
  const megabyte = 250_000
  await withSession({ large: batchesOf(100 * megabyte, megabyte) }, async (session, server) => {
    const tables = session.query('large')
    await tables.next()
    // Until nothing moves any more: what was sent fills the buffers of the way.
    for (let before = -1; before < server.sent(); ) {
      before = server.sent()
      for (let turns = 0; turns < 200; turns += 1) await turn()
    }
    expect(server.sent()).toBeLessThan(50)
    await tables.return(undefined)
    expect(server.calls.at(-1)).toMatchObject({ method: 'ReleaseExecute', request: { all: {} } })
  })
})

test('configuration is set, and the session is released when it is closed', async () => {
  await withSession({}, async (session, server) => {
    await session.configure({ 'spark.sql.session.timeZone': 'UTC' })
    expect(server.calls.at(-1)?.request).toMatchObject({
      sessionId: session.sessionId,
      userContext: { userId: 'throughline' },
      operation: { set: { pairs: [{ key: 'spark.sql.session.timeZone', value: 'UTC' }] } },
    })
    expect(await session.version()).toBe('4.1.0')
    await session.close()
    expect(server.calls.at(-1)?.method).toBe('ReleaseSession')
    await expect(session.version()).rejects.toMatchObject({ code: 'bug' })
  })
})

async function openOn(
  options: ServerOptions,
  parameters: string,
  session: SessionOptions = {},
): Promise<Record<string, unknown>> {
  const server = await startConnectServer(options)
  try {
    const opened = await openSparkSession(`sc://${server.address}/;${parameters}`, {
      patience: hasty,
      ...session,
    })
    await opened.close()
    return { ...server.calls[0]?.request, ...server.calls[0]?.metadata }
  } finally {
    server.close()
  }
}

test('token, user, session and headers are those of the connection string', async () => {
  const sessionId = '0a0a0a0a-0000-4000-8000-000000000001'
  const sent = await openOn(
    { token: 'secret' },
    `token=secret;use_ssl=false;user_id=ada;session_id=${sessionId};x-cluster=7`,
  )
  expect(sent).toMatchObject({
    authorization: 'Bearer secret',
    'x-cluster': '7',
    userContext: { userId: 'ada' },
    sessionId,
  })
})

test('a wrong token is refused at once, and not said', async () => {
  const refused = openOn({ token: 'secret' }, 'token=wrong-one;use_ssl=false')
  await expect(refused).rejects.toMatchObject({ code: 'source', retryable: false })
  await expect(refused).rejects.not.toThrow('wrong-one')
})

const pair = { private_key: key, cert_chain: certificate }
const encrypted = () => ServerCredentials.createSsl(null, [pair])

test('TLS carries the token where the certificate is trusted, and only there', async () => {
  const server = { credentials: encrypted(), token: 't' }
  const sent = await openOn(server, 'token=t', { authorities: certificate })
  expect(sent).toMatchObject({ authorization: 'Bearer t' })
  await expect(openOn(server, 'token=t')).rejects.toMatchObject({
    code: 'source',
    expected: expect.stringContaining('certificate'),
  })
})

test('a server that is not there is an error after a while', async () => {
  const opened = openSparkSession(`sc://127.0.0.1:${await freePort()}`, { patience: hasty })
  await expect(opened).rejects.toMatchObject({ code: 'source', retryable: true, exitCode: 5 })
})

test('a server that takes connections and never answers is an error after a while', async () => {
  const server = await startConnectServer()
  server.failures.AnalyzePlan = Array(100).fill('never')
  const patience = { ...hasty, ...restless }
  const opened = openSparkSession(`sc://${server.address}`, { patience })
  await expect(opened).rejects.toMatchObject({ code: 'source', retryable: true })
  server.close()
})
