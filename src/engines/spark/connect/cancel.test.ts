import { expect, test } from '@jest/globals'
import { batchesOf } from '../../../testing/connect/arrow-answers.js'
import { withSession } from '../../../testing/connect/under-test.js'
import { operationIdOf } from './operation-id.js'
import { interruptTypes } from './requests.js'

const operationId = operationIdOf('run', 'endless')
const answers = { endless: [{ progress: { stages: [], runningTasks: 1n } }, ...batchesOf(2, 1)] }

test('an aborted statement is interrupted at the server and throws the reason', async () => {
  await withSession(answers, async (session, server) => {
    server.streams.push({ responses: 1, end: 'never' })
    const controller = new AbortController()
    const reason = new Error('the user has left')
    const running = session.rows('endless', {
      operationId,
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    })
    await expect(running).rejects.toBe(reason)
    const interrupts = server.calls.filter(({ method }) => method === 'Interrupt')
    expect(interrupts).toMatchObject([{ request: { operationId, type: interruptTypes.operation } }])
    expect(server.calls.at(-1)).toMatchObject({ method: 'ReleaseExecute', request: { all: {} } })
  })
})

test('an abort between two batches is noticed, and so is one while a broken server is waited for', async () => {
  await withSession(answers, async (session, server) => {
    const controller = new AbortController()
    const tables = session.query('endless', { signal: controller.signal })
    await tables.next()
    controller.abort('enough')
    await expect(tables.next()).rejects.toBe('enough')
    expect(server.calls.map(({ method }) => method)).toContain('Interrupt')
  })
  await withSession(answers, async (session, server) => {
    const controller = new AbortController()
    server.streams.push(...Array(100).fill({ responses: 0 }))
    const lie = () => {
      controller.abort('enough')
      return []
    }
    server.streams[4] = { responses: 1, lie }
    const running = session.rows('endless', { signal: controller.signal })
    await expect(running).rejects.toBe('enough')
  })
})

test('nothing is sent for a signal that was aborted before', async () => {
  await withSession(answers, async (session, server) => {
    const calls = server.calls.length
    await expect(session.rows('endless', { signal: AbortSignal.abort('no') })).rejects.toBe('no')
    expect(server.calls).toHaveLength(calls)
  })
})

test('nobody waits for a server that is gone to interrupt what it no longer runs', async () => {
  await withSession(answers, async (session, server) => {
    server.close()
    expect(await session.interrupt()).toEqual([])
  })
})

test('one operation or all of a session can be interrupted', async () => {
  await withSession(answers, async (session, server) => {
    server.streams.push({ responses: 2, end: 'never' })
    const tables = session.query('endless', { operationId })
    await tables.next()
    expect(await session.interrupt()).toEqual([operationId])
    await session.interrupt(operationId)
    expect(server.calls.slice(-2).map(({ request }) => request)).toMatchObject([
      { type: interruptTypes.all },
      { type: interruptTypes.operation, operationId },
    ])
    await tables.return(undefined)
  })
})
