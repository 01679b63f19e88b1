import { z } from 'zod'
import type { Problem } from './errors.js'

/** What a schema refuses of a value, each with its place, what it may be there and what was found. */
export function configProblems(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  remedy: string,
): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = issue.path.map(String)
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, path).join(', ')
      return issue.keys.map((key) => ({
        at: [...path, key].join('.'),
        expected: path.length > 0 ? `a key of ${path.join('.')} (known: ${known})` : known,
        found: 'no such key',
        remedy,
      }))
    }
    const found = textOf(valueAt(value, path))
    return [{ at: path.join('.') || 'config', expected: expectedBy(issue), found, remedy }]
  })
}

/** Keys that the schema knows at a place. */
function keysAt(schema: unknown, path: readonly string[]): string[] {
  let at = schema
  for (const key of path) {
    if (at instanceof z.ZodObject) at = at.shape[key]
    else if (at instanceof z.ZodRecord) at = at.valueType
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : []
}

const wordsOf: Record<string, string> = { object: 'a map', record: 'a map', int: 'a whole number' }

function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return wordsOf[issue.expected] ?? `a ${issue.expected}`
  if (issue.code === 'invalid_value') return `one of ${issue.values.join(', ')}`
  if (issue.code === 'too_small' && issue.origin === 'number')
    return `a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`
  if (issue.code === 'too_big' && issue.origin === 'number')
    return `a number of at most ${issue.maximum}`
  return issue.message.replace(/^.*?expected /, '')
}

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value)

/** User and password in a URL. */
const credentials = /\/\/[^/@]*@/

function textOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  return JSON.stringify(value).replace(credentials, '//…@')
}
