import { ThroughlineError } from '../../../errors.js'
import type { Message } from './codec.js'
import type { dataType, literal } from './requests.js'

type Literal = Message<typeof literal>
type DataType = Message<typeof dataType>

/** A value with its portable type, for those that a TypeScript value does not tell: `date`, `decimal(18,4)`. */
export interface TypedValue {
  type: string
  /** A date as YYYY-MM-DD, a timestamp as ISO without zone, a decimal as text. */
  value: string | number | bigint | boolean | null
}

/** Whole numbers are BIGINT, as settings are; other numbers are DOUBLE. */
export type Parameter = string | number | bigint | boolean | null | Uint8Array | TypedValue

/** By position (`?`) or by name (`:name`). */
export type Parameters = readonly Parameter[] | Readonly<Record<string, Parameter>>

/** The parameters as the fields of a SQL relation; throws a `model` error on a value that its type cannot hold. */
export function argumentsOf(parameters: Parameters): {
  namedArguments?: Record<string, { literal: Literal }>
  positionalArguments?: { literal: Literal }[]
} {
  if (isList(parameters))
    return {
      positionalArguments: parameters.map((value, index) => ({
        literal: literalOf(value, `parameter ${index + 1}`),
      })),
    }
  const named = Object.entries(parameters).map(
    ([name, value]) => [name, { literal: literalOf(value, `parameter ${name}`) }] as const,
  )
  return { namedArguments: Object.fromEntries(named) }
}

const isList = (parameters: Parameters): parameters is readonly Parameter[] =>
  Array.isArray(parameters)

/** A value as a literal of its type; `at` is said where it cannot be one. */
export function literalOf(value: Parameter, at: string): Literal {
  if (value === null) return { null: { null: {} } }
  if (typeof value === 'string') return { string: value }
  if (typeof value === 'boolean') return { boolean: value }
  if (value instanceof Uint8Array) return { binary: value }
  if (typeof value === 'bigint') return { long: within(value, 64, at) }
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { long: BigInt(value) } : { double: value }
  const kind = kindOf(value.type, at)
  return value.value === null ? { null: kind.dataType } : kind.literal(value.value)
}

interface Kind {
  dataType: DataType
  literal(value: string | number | bigint | boolean): Literal
}

function kindOf(type: string, at: string): Kind {
  const decimal = /^decimal\((\d+),\s*(\d+)\)$/.exec(type)
  if (decimal) return decimalKind(BigInt(decimal[1]!), BigInt(decimal[2]!), at)
  const kinds: Record<string, Kind> = {
    string: { dataType: { string: {} }, literal: (value) => ({ string: String(value) }) },
    boolean: { dataType: { boolean: {} }, literal: (value) => ({ boolean: flagOf(value, at) }) },
    bigint: { dataType: { long: {} }, literal: (value) => ({ long: whole(value, 64, at) }) },
    int: { dataType: { integer: {} }, literal: (value) => ({ integer: whole(value, 32, at) }) },
    double: { dataType: { double: {} }, literal: (value) => ({ double: Number(value) }) },
    date: { dataType: { date: {} }, literal: (value) => ({ date: daysOf(String(value), at) }) },
    timestamp: {
      dataType: { timestampNtz: {} },
      literal: (value) => ({ timestampNtz: microsOf(String(value), at) }),
    },
  }
  const kind = kinds[type]
  if (kind === undefined) throw refused(at, 'a portable type', type)
  return kind
}

const decimalKind = (precision: bigint, scale: bigint, at: string): Kind => ({
  dataType: { decimal: { precision, scale } },
  literal(value) {
    if (!/^-?\d+(\.\d+)?$/.test(String(value))) throw refused(at, 'a decimal number')
    return { decimal: { value: String(value), precision, scale } }
  },
})

function flagOf(value: string | number | bigint | boolean, at: string): boolean {
  if (typeof value !== 'boolean') throw refused(at, 'true or false')
  return value
}

function whole(value: string | number | bigint | boolean, bits: number, at: string): bigint {
  if (!/^-?\d+$/.test(String(value))) throw refused(at, 'a whole number')
  return within(BigInt(value), bits, at)
}

function within(value: bigint, bits: number, at: string): bigint {
  if (BigInt.asIntN(bits, value) !== value) throw refused(at, `a number of ${bits} bits`)
  return value
}

const dayMilliseconds = 86_400_000

function daysOf(text: string, at: string): bigint {
  const milliseconds = Date.parse(`${text}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || !sameDay(milliseconds, text))
    throw refused(at, 'a date as YYYY-MM-DD')
  return BigInt(milliseconds / dayMilliseconds)
}

/** Date.parse takes 31 February for 2 March. */
const sameDay = (milliseconds: number, text: string): boolean =>
  !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(text)

function microsOf(text: string, at: string): bigint {
  const [, day = '', time = '', fraction = ''] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/.exec(text) ?? []
  const milliseconds = Date.parse(`${day}T${time}Z`)
  if (!sameDay(milliseconds, day) || day === '')
    throw refused(at, 'a time as YYYY-MM-DDTHH:MM:SS, up to six decimals, without zone')
  return BigInt(milliseconds) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

/** Values may be personal and are not said. */
const refused = (at: string, expected: string, found = 'another value'): ThroughlineError =>
  new ThroughlineError({
    code: 'model',
    at: `${at} of a statement`,
    expected,
    found,
    remedy: 'Give a value that its type can hold.',
  })
