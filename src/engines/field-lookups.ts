const lookup = /get_json_object\(\s*payload\s*,\s*'((?:[^']|'')*)'\s*\)/g
const plainPath = /^\$(\.[A-Za-z_][A-Za-z0-9_]*)+$/

/** Shape of the part of a document that is looked up: a text, or fields of an object. */
export type Shape = { [key: string]: Shape | 'text' }

/** How an engine says it of the JSON text `payload`; null, or nulls, of what is no JSON. */
export interface LookupDialect {
  /** A struct of this shape. */
  document(shape: Shape): string
  /** A list of the texts at these paths. */
  listed(paths: readonly string[]): string
}

export interface FusedLookups {
  /** Columns to make of `payload` when it is read. */
  columns: Readonly<Record<string, string>>
  /** The SELECT over these columns. */
  select: string
}

/**
 * Reads every field of a payload in one pass: `get_json_object(payload, '$.a.b')` becomes a field of one struct, or,
 * where a path is not a plain one or is also the beginning of another, an element of a list. Engines parse the JSON text
 * again for each single look-up.
 */
export function fuseFieldLookups(select: string, dialect: LookupDialect): FusedLookups {
  const paths = [...new Set([...select.matchAll(lookup)].map((match) => match[1]!))]
  const { shape, listed } = planned(paths)
  const body = select.replaceAll(lookup, (_, path: string) =>
    listed.includes(path) ? `try_element_at(listed, ${listed.indexOf(path) + 1})` : fieldOf(path),
  )
  const columns = {
    ...(Object.keys(shape).length > 0 && { document: dialect.document(shape) }),
    ...(listed.length > 0 && {
      listed: dialect.listed(listed.map((path) => path.replaceAll("''", "'"))),
    }),
    ...(/\bpayload\b/.test(body) && { payload: 'payload' }),
  }
  return { columns, select: body }
}

/** These columns in a SELECT, after others. */
export const lookupColumns = (columns: FusedLookups['columns']): string =>
  Object.entries(columns)
    .map(([name, expression]) => `, ${expression} as ${name}`)
    .join('')

const fieldOf = (path: string): string =>
  `document${path
    .slice(2)
    .split('.')
    .map((key) => `."${key}"`)
    .join('')}`

/** Sorts paths into one shape; what does not fit into it is listed. Names of struct fields ignore case. */
function planned(paths: readonly string[]): { shape: Shape; listed: string[] } {
  const lower = paths.map((path) => path.toLowerCase())
  const fits = (path: string): boolean =>
    plainPath.test(path) &&
    lower.filter((other) => other === path.toLowerCase()).length === 1 &&
    !lower.some((other) => other.startsWith(`${path.toLowerCase()}.`))
  const shape: Shape = {}
  const listed: string[] = []
  for (const path of paths) {
    if (!fits(path) || !placed(shape, path.slice(2).split('.'))) listed.push(path)
  }
  return { shape, listed }
}

/** Adds a path to a shape; false when a key on the way differs from a known one by case alone. */
function placed(shape: Shape, keys: readonly string[]): boolean {
  let at = shape
  for (const [index, key] of keys.entries()) {
    const known = Object.keys(at).find((other) => other.toLowerCase() === key.toLowerCase())
    if (known !== undefined && known !== key) return false
    if (index === keys.length - 1) {
      at[key] = 'text'
      return true
    }
    at[key] ??= {}
    at = at[key] as Shape
  }
  return true
}
