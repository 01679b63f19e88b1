import { z } from 'zod'

/** A moment in UTC, or nothing where the default is nothing. */
export const timeOrEmpty = z
  .string()
  .regex(
    /^(\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?)?$/,
    'expected YYYY-MM-DD or YYYY-MM-DDTHH:MM (UTC)',
  )
  .refine((text) => text === '' || isRealTime(text), 'expected a date that exists')

export const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'expected YYYY-MM-DD')
  .refine(isRealTime, 'expected a date that exists')

/** Whether the text names a moment that exists; JavaScript alone would read 31 February as 2 March. */
function isRealTime(text: string): boolean {
  const moment = new Date(text.includes('T') ? `${text}Z` : `${text}T00:00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text)
}

export const timeZone = z
  .string()
  .refine(isTimeZone, 'expected an IANA time zone such as Europe/Berlin')

/** Engines know zones by name; an offset such as +02:00, which JavaScript takes, is none. */
function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

/** Greater than any use, and small enough that models count microseconds with it in 64 bits. */
const most = 1_000_000

/** How long or how many, where 0 has a meaning of its own, which `config/default.yaml` says. */
export const zeroOrMore = z.number().min(0).max(most)

/** How often, where 0 is whenever it can be. */
export const minutesOrNone = z.union(
  [zeroOrMore, z.literal('none')],
  'expected a number of at least 0, or none',
)

/** How long, where nothing at all makes no sense. */
export const aboveZero = z.number().positive().max(most)

/** Whole numbers of things. */
export const countFrom = (least: number) => z.number().int().min(least)

export const share = z.number().min(0).max(1)

/** A regular expression of the engine; an empty one would match everything. */
export const pattern = z.string().min(1)

/** Models take a list as it stands, so that spaces around its commas are removed here. */
const withoutSpaces = (text: string): string =>
  text
    .split(',')
    .map((name) => name.trim())
    .join(',')

/** Names separated by commas; an empty text is none. */
export const names = z.string().overwrite(withoutSpaces)

/** Some of the given names, separated by commas. */
export const namesAmong = (known: readonly string[]) => {
  const name = `\\s*(${known.join('|')})\\s*`
  const expected = `expected one or more of ${known.join(', ')}, comma separated`
  return z
    .string()
    .regex(new RegExp(`^(${name}(,${name})*)?$`), expected)
    .overwrite(withoutSpaces)
}

/** Domains separated by commas; they are compared in lower case. */
export const domains = z
  .string()
  .regex(
    /^(\s*[^\s,@/:]+\s*(,\s*[^\s,@/:]+\s*)*)?$/,
    'expected domains such as acme.example, comma separated',
  )
  .overwrite((text) => withoutSpaces(text).toLowerCase())

/** Name of a topic, as Kafka allows them. */
export const topic = z
  .string()
  .regex(
    /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/,
    'expected the name of a topic: up to 249 of A-Z, a-z, 0-9, dot, underscore and hyphen',
  )

/** Addresses `host:port` separated by commas; an empty text is none. */
export const brokers = z
  .string()
  .regex(
    /^(\s*[^\s,/]+:\d{1,5}\s*(,\s*[^\s,/]+:\d{1,5}\s*)*)?$/,
    'expected addresses such as kafka-1.example:9092, comma separated',
  )
  .overwrite(withoutSpaces)

/** Where an envelope has its records, from its top; anything else would find the envelope itself. */
export const recordsPath = z
  .string()
  .regex(/^\$(\.[^.]+)*$/, 'expected a path from the top, such as $.tickets or $.data.items')

export const currency = z.string().length(3, 'expected a currency of ISO 4217, such as EUR')

export const callingCode = z
  .string()
  .regex(/^\d{1,3}$/, 'expected the digits of a calling code, such as "44"')

/** Address of a store; credentials are in the environment alone. */
export const endpoint = z
  .string()
  .regex(
    /^(https?:\/\/[^@]+)?$/,
    'expected the URL of a store without credentials, such as https://minio.acme.example:9000',
  )
