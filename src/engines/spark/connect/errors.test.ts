import { status } from '@grpc/grpc-js'
import { expect, test } from '@jest/globals'
import type { ThroughlineError } from '../../../errors.js'
import type { Answer } from '../../../testing/connect/operations.js'
import { Broken, Refusal } from '../../../testing/connect/refusal.js'
import { withSession } from '../../../testing/connect/under-test.js'

type Details =
  Parameters<Parameters<typeof withSession>[1]>[1]['errors'] extends Map<string, infer D>
    ? D
    : never

const spark = 'org.apache.spark.SparkException'

async function errorOf(refusal: Error, details: Details = {}): Promise<ThroughlineError> {
  const answers: Record<string, Answer[]> = {}
  return await withSession(answers, async (session, server) => {
    server.errors.set('e1', details)
    server.streams.push(...Array(200).fill({ refuse: refusal }))
    return await session.rows('q', { name: 'touchpoints' }).then(
      () => Promise.reject(new Error('no error')),
      (error: ThroughlineError) => error,
    )
  })
}

const value = 'ada@example.com'
const cast = new Refusal('CAST_INVALID_INPUT', { sqlState: '22018', errorId: 'e1', said: value })
const castDetails: Details = {
  rootIndex: 0n,
  errors: [
    {
      hierarchy: ['org.apache.spark.SparkNumberFormatException', 'java.lang.Exception'],
      message: `[CAST_INVALID_INPUT] The value '${value}' cannot be cast`,
      causeIndex: 1n,
      throwable: {
        errorClass: 'CAST_INVALID_INPUT',
        sqlState: '22018',
        parameters: { expression: `'${value}'`, targetType: '"INT"' },
        contexts: [{ objectName: '', fragment: 'cast(x as int)', startIndex: 7n, stopIndex: 20n }],
      },
    },
    { hierarchy: ['java.lang.RuntimeException'], message: 'behind', causeIndex: 0n },
  ],
}

test('an error of rows names condition, state and place, and no value; the cause has all', async () => {
  const error = await errorOf(cast, castDetails)
  expect(error).toMatchObject({
    code: 'model',
    at: expect.stringMatching(/^touchpoints, Spark at/),
  })
  expect(error.found).toBe(
    '[CAST_INVALID_INPUT] SQLSTATE 22018, in cast(x as int) at character 8, (values are left out)',
  )
  expect(error.cause).toMatchObject({
    errorClass: 'CAST_INVALID_INPUT',
    sqlState: '22018',
    parameters: { expression: `'${value}'`, targetType: '"INT"' },
    contexts: [{ object: '', fragment: 'cast(x as int)', start: 7, stop: 20 }],
    classes: ['org.apache.spark.SparkNumberFormatException', 'java.lang.Exception'],
    causes: [{ class: 'java.lang.RuntimeException', message: 'behind' }],
  })
})

test('what came with the error is enough where the server has no details', async () => {
  const error = await errorOf(cast)
  expect(error.found).toBe('[CAST_INVALID_INPUT] SQLSTATE 22018, (values are left out)')
})

test('an error about SQL is said in the server’s words, without plan and statement', async () => {
  const message = "\n[UNRESOLVED_COLUMN] A column `x` cannot be resolved, line 1;\n'Project ['x]\n"
  const details = { rootIndex: 0n, errors: [{ message }] }
  const refusal = new Refusal('UNRESOLVED_COLUMN', { sqlState: '42703', errorId: 'e1' })
  const error = await errorOf(refusal, details)
  expect(error.found).toBe('[UNRESOLVED_COLUMN] A column `x` cannot be resolved, line 1')
})

test('a setting that only the server may have is no statement that is wrong', async () => {
  const message = 'Cannot modify the value of the Spark config: "spark.executor.memory".'
  const details = { rootIndex: 0n, errors: [{ message: `[CANNOT_MODIFY_CONFIG] ${message}` }] }
  const refusal = new Refusal('CANNOT_MODIFY_CONFIG', { sqlState: '46110', errorId: 'e1' })
  const error = await errorOf(refusal, details)
  expect(error).toMatchObject({ code: 'config', remedy: expect.stringContaining('server') })
  expect(error.found).toContain('spark.executor.memory')
})

test.each(['Forbidden', 'OutOfMemoryError', 'No space left on device'])(
  'a value is no diagnosis: %s',
  async (said) => {
    const wrong = `[CAST_INVALID_INPUT] The value '${said}' of the type cannot be cast. SQLSTATE: 22018`
    const causes = { hierarchy: ['java.lang.NumberFormatException'], message: said }
    const details = { rootIndex: 0n, errors: [{ message: wrong, causeIndex: 1n }, causes] }
    expect(await errorOf(cast, details)).toMatchObject({ code: 'model' })
    expect(await errorOfJava([spark, `Job aborted: ${wrong}`])).toMatchObject({ code: 'model' })
  },
)

test.each<[name: string, state: string, cause: [name: string, message: string], expected: object]>([
  [
    'FAILED_READ_FILE.NO_HINT',
    'KD001',
    ['java.nio.file.AccessDeniedException', 's3a://raw/a.csv: 403 Forbidden'],
    { code: 'source', remedy: expect.stringContaining('rights') },
  ],
  [
    'TASK_WRITE_FAILED',
    '58030',
    [spark, 'Job aborted: ExecutorLostFailure (executor 1 exited, exit code 137)'],
    { code: 'machine', retryable: true },
  ],
  [
    'UNABLE_TO_ACQUIRE_MEMORY',
    '53200',
    ['org.apache.spark.memory.SparkOutOfMemoryError', 'Unable to acquire 65536 bytes'],
    { code: 'machine', retryable: true },
  ],
])(
  '%s: what lies behind a condition tells what is wrong',
  async (name, sqlState, cause, expected) => {
    const [hierarchy, message] = cause
    const errors = [
      { message: `[${name}] It failed`, causeIndex: 1n },
      { hierarchy: [hierarchy], message },
    ]
    const refusal = new Refusal(name, { sqlState, errorId: 'e1' })
    expect(await errorOf(refusal, { rootIndex: 0n, errors })).toMatchObject(expected)
  },
)

/** An error without a condition: a Java exception and what lies behind it. */
async function errorOfJava(...chain: [name: string, message: string][]): Promise<ThroughlineError> {
  const errors = chain.map(([name, message], index) => ({
    hierarchy: [name],
    message,
    ...(index + 1 < chain.length ? { causeIndex: BigInt(index + 1) } : {}),
  }))
  return await errorOf(new Refusal('', { errorId: 'e1' }), { rootIndex: 0n, errors })
}

test.each<[name: string, chain: [string, string][], expected: object]>([
  [
    'objects that are forbidden',
    [
      [spark, 'Job aborted.'],
      ['java.nio.file.AccessDeniedException', 's3a://raw/a.csv: 403 Forbidden'],
    ],
    {
      code: 'source',
      found: 'java.nio.file.AccessDeniedException: s3a://raw/a.csv: 403 Forbidden',
    },
  ],
  [
    'a cluster that knows no S3',
    [
      [spark, 'x'],
      [
        'java.lang.ClassNotFoundException',
        'Class org.apache.hadoop.fs.s3a.S3AFileSystem not found',
      ],
    ],
    { code: 'source', remedy: expect.stringContaining('hadoop-aws') },
  ],
  [
    'a full disk',
    [
      [spark, 'x'],
      ['java.io.IOException', 'No space left on device'],
    ],
    { code: 'machine', retryable: true },
  ],
  [
    'too little memory',
    [[spark, 'Job aborted: ExecutorLostFailure (executor 1 exited, exit code 137)']],
    { code: 'machine', found: `${spark} (values are left out)` },
  ],
  [
    'a condition that a job only quotes',
    [[spark, `Task 3 failed: [DIVIDE_BY_ZERO] ${value}. SQLSTATE: 22012`]],
    { code: 'model', found: '[DIVIDE_BY_ZERO] SQLSTATE 22012, (values are left out)' },
  ],
  [
    'an exception that says who knows what',
    [['com.example.Oops', value]],
    { code: 'model', found: 'com.example.Oops (values are left out)' },
  ],
])('%s', async (_, chain, expected) => {
  expect(await errorOfJava(...chain)).toMatchObject(expected)
})

test.each([
  [
    status.UNAUTHENTICATED,
    { code: 'source', remedy: expect.stringContaining('SPARK_CONNECT_AUTHENTICATE_TOKEN') },
  ],
  [status.PERMISSION_DENIED, { code: 'source', retryable: false }],
  [status.UNAVAILABLE, { code: 'source', retryable: true }],
  [status.UNIMPLEMENTED, { code: 'source', expected: expect.stringContaining('4.1') }],
  [status.RESOURCE_EXHAUSTED, { code: 'machine' }],
  [status.INTERNAL, { code: 'machine', found: 'INTERNAL: INTERNAL' }],
])('status %s of gRPC without a word of Spark', async (code, expected) => {
  expect(await errorOf(new Broken(code))).toMatchObject(expected)
})

test('a statement that somebody interrupted, and a session that is gone', async () => {
  expect(await errorOf(new Refusal('OPERATION_CANCELED'))).toMatchObject({
    code: 'conflict',
    found: 'one that somebody interrupted',
  })
  expect(await errorOf(new Refusal('INVALID_HANDLE.SESSION_CLOSED'))).toMatchObject({
    code: 'source',
    retryable: true,
  })
})

test('a server that asks for time is given it, and asked again', async () => {
  await withSession({ q: [] }, async (session, server) => {
    const started = performance.now()
    server.streams.push({ refuse: new Refusal('BUSY', {}, 60) })
    expect(await session.rows('q')).toEqual([])
    expect(performance.now() - started).toBeGreaterThanOrEqual(59)
  })
})
