import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decode, encode, type Message, type Shape } from './codec.js'
import * as fields from './fields.js'
import { argumentsOf, type Parameters } from './literals.js'
import * as requests from './requests.js'
import * as responses from './responses.js'

// The bytes below were written by the generated classes of pyspark 4.1, which shares no code with this fields.
const sessionId = '0a0a0a0a-0000-4000-8000-000000000001'
const session = (rest: string): string =>
  `0a24${Buffer.from(sessionId).toString('hex')}12030a0175${rest}`
const identity = { sessionId, userContext: { userId: 'u' } }
const observed = { clientType: 't', observedServerSession: 's' }
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (hex: string): Uint8Array => Buffer.from(hex, 'hex')
const selectA = '52180a0973656c656374203a61220b0a016112060a046a02c3a4'

const written: [name: string, Shape, Message<Shape>, hex: string][] = [
  [
    'ExecutePlan',
    requests.executePlanRequest,
    {
      ...identity,
      observedServerSession: 's',
      operationId: 'o',
      plan: { root: bytesOf(selectA) },
      options: [{ reattach: { reattachable: true } }],
    },
    session(`1a1c0a1a${selectA}2a040a02080132016f420173`),
  ],
  [
    'Plan',
    requests.plan,
    { command: { sql: { input: bytesOf(selectA) } } },
    `121e2a1c321a${selectA}`,
  ],
  [
    'ReattachExecute',
    requests.reattachExecuteRequest,
    { ...identity, ...observed, operationId: 'o', lastResponseId: 'r' },
    session('1a016f2201742a0172320173'),
  ],
  [
    'ReleaseExecute of all',
    requests.releaseExecuteRequest,
    { ...identity, ...observed, operationId: 'o', all: {} },
    session('1a016f2201742a003a0173'),
  ],
  [
    'ReleaseExecute of some',
    requests.releaseExecuteRequest,
    { ...identity, operationId: 'o', until: { responseId: 'r' } },
    session('1a016f32030a0172'),
  ],
  [
    'Config',
    requests.configRequest,
    { ...identity, ...observed, operation: { set: { pairs: [{ key: 'k', value: 'v' }] } } },
    session('1a0a0a080a060a016b120176220174420173'),
  ],
  [
    'AnalyzePlan',
    requests.analyzePlanRequest,
    { ...identity, ...observed, sparkVersion: {} },
    session('1a017452008a010173'),
  ],
  [
    'Interrupt',
    requests.interruptRequest,
    { ...identity, ...observed, type: requests.interruptTypes.operation, operationId: 'o' },
    session('1a0174200332016f3a0173'),
  ],
  [
    'ReleaseSession',
    requests.releaseSessionRequest,
    { ...identity, clientType: 't' },
    session('1a0174'),
  ],
  [
    'FetchErrorDetails',
    requests.fetchErrorDetailsRequest,
    { ...identity, ...observed, errorId: 'e' },
    session('1a01652201742a0173'),
  ],
]

test.each(written)('writes %s as Spark’s own client does', (_, shape, message, hex) => {
  expect(hexOf(encode(shape, message))).toBe(hex)
})

test('writes parameters, each with its type', () => {
  const statement = (query: string, parameters: Parameters): string =>
    hexOf(encode(requests.relation, { sql: { query, ...argumentsOf(parameters) } }))
  expect(statement('select :a', { a: 'ä' })).toBe(selectA)
  const byPosition: Parameters = [
    -1,
    1.5,
    false,
    null,
    { type: 'decimal(18,4)', value: '1.5' },
    { type: 'date', value: '1969-12-31' },
    { type: 'timestamp', value: '2024-03-01T10:00:02.2' },
    { type: 'int', value: 7 },
    Uint8Array.of(255),
    { type: 'decimal(18,4)', value: null },
  ]
  expect(statement('?', byPosition)).toBe(
    '52730a013f2a0d0a0b38ffffffffffffffffff012a0b0a0959000000000000f83f2a040a0218002a060a040a020a002a0d0a0b62090a03312e35101218042a0e0a0c8001ffffffffffffffffff012a0c0a0a9001c0b38684e7d284032a040a0230072a050a031201ff2a0a0a080a06520408041012',
  )
})

test.each<[name: string, Parameters]>([
  ['a day that no calendar has', [{ type: 'date', value: '2024-02-31' }]],
  ['a time with a zone', [{ type: 'timestamp', value: '2024-03-01T10:00:00Z' }]],
  ['a number of more than 64 bits', [2n ** 63n]],
  ['an int of more than 32 bits', [{ type: 'int', value: 2 ** 31 }]],
  ['a text as a decimal', { a: { type: 'decimal(4,2)', value: 'ada@example.com' } }],
  ['a type that is not portable', [{ type: 'hugeint', value: 1 }]],
])('refuses %s, and does not say the value', (_, parameters) => {
  const error = expect(() => argumentsOf(parameters))
  error.toThrow(/^parameter (1|a) of a statement: expected /)
  expect(() => argumentsOf(parameters)).not.toThrow(/example/)
})

test('reads responses and passes over fields that it does not name', () => {
  const batch = decode(
    responses.executePlanResponse,
    bytesOf(
      `0a24${Buffer.from(sessionId).toString('hex')}120a08031202010218092801220062016f6a01727a0173`,
    ),
  )
  expect(batch).toMatchObject({ sessionId, serverSession: 's', operationId: 'o', responseId: 'r' })
  expect(batch.arrowBatch).toMatchObject({ rowCount: 3n, startOffset: 9n, chunks: 1n })
  expect(hexOf(batch.arrowBatch?.data ?? new Uint8Array())).toBe('0102')
  expect(batch.resultComplete).toBeUndefined()
  const progress = '320e0a0178120959000000000000f83f92010f0a0b08041002180120ac0228011005'
  expect(decode(responses.executePlanResponse, bytesOf(progress)).progress).toEqual({
    runningTasks: 5n,
    stages: [{ stageId: 4n, tasks: 2n, completedTasks: 1n, inputBytes: 300n, done: true }],
  })
  expect(decode(responses.executePlanResponse, bytesOf('7200')).resultComplete).toEqual({})
  const command = decode(responses.executePlanResponse, bytesOf('2a0e0a0c5a0a0a010512056120696e74'))
  const relation = command.sqlCommandResult?.relation ?? new Uint8Array()
  expect(hexOf(decode(responses.resultRelation, relation).local?.data ?? relation)).toBe('05')
})

test('reads the details of an error', () => {
  const details =
    '0800122f0a01410a014212016d20012a220a03582e5912060a01701201711a0c120176180720092a03312f3022053232303132120a1201631a050a014420031a0173'
  expect(decode(responses.fetchErrorDetailsResponse, bytesOf(details))).toMatchObject({
    rootIndex: 0n,
    errors: [
      {
        hierarchy: ['A', 'B'],
        message: 'm',
        causeIndex: 1n,
        throwable: {
          errorClass: 'X.Y',
          sqlState: '22012',
          parameters: { p: 'q' },
          contexts: [{ objectName: 'v', fragment: '1/0', startIndex: 7n, stopIndex: 9n }],
        },
      },
      { message: 'c' },
    ],
  })
})

const shape = {
  text: fields.text(1),
  whole: fields.integer(2),
  real: fields.double(3),
  many: fields.repeated(fields.integer(4)),
  map: fields.mapOf(5, fields.text(2)),
  inner: fields.message(600, { flag: fields.flag(1) }),
}

test('whatever is written is read again', () => {
  const messages = fc.record({
    text: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
    whole: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    real: fc.double(),
    many: fc.array(fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n })),
    map: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
    inner: fc.record({ flag: fc.boolean() }),
  })
  const odd = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>
  expect(Object.entries(decode(shape, encode(shape, { map: odd })).map)).toEqual(
    Object.entries(odd),
  )
  fc.assert(
    fc.property(messages, (message) => {
      expect(decode(shape, encode(shape, message))).toEqual(message)
    }),
  )
})

test('bytes that are cut short, or are no message, are refused and never misread', () => {
  const whole = encode(shape, { text: 'abcdef', inner: { flag: true } })
  for (let length = 1; length < whole.length; length += 1) {
    const cut = whole.subarray(0, length)
    // Between two fields a message may end.
    if (length !== 8) expect(() => decode(shape, cut)).toThrow(/expected .* found/)
  }
  expect(() => decode(shape, bytesOf('0801'))).toThrow('text: expected wire type 2, found 0')
  expect(() => decode(shape, bytesOf('13'))).toThrow('expected a wire type, found 3')
  expect(() => decode(shape, bytesOf('10ffffffffffffffffffffff01'))).toThrow('a longer one')
})
