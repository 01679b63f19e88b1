/** Errors about names and syntax, or about the machine: they quote SQL and paths, never rows. */
const withoutRows =
  /^(Parser|Syntax|Binder|Catalog|Dependency|Transaction|IO|Out of Memory|Permission|Settings|(Missing Extension|Extension Autoloading)) Error: /

/** How engines begin any error. */
const anyKind = /^((?:[A-Z][\w-]*)(?: [\w-]+)*) Error: /

/** What may be said of an error about rows; from there on values may follow, quoted or not. */
const beginning = new RegExp(
  `^(?:${[
    'Could not (?:convert|parse|decode) string',
    'invalid (?:date|timestamp|time) field format',
    '(?:date|time|timestamp) field value out of range',
    'Malformed JSON',
    'JSON path error',
    'Failed to cast value(?: to numerical)?',
    'Type [A-Z0-9_]+ with value',
    'Casting value',
    'Overflow in [a-z]+ of [A-Z0-9_()]+',
    'Date out of range',
    'Duplicate key',
    'Violates foreign key constraint',
    '(?:CHECK|NOT NULL) constraint failed',
    'Invalid hex escape code',
    'Invalid character encountered in string -> bit conversion',
    'extract specifier',
    'Unknown TimeZone',
    'cannot take [a-z ]+ of (?:a negative number|zero)',
    'Cannot create a string of size',
    'More than one row returned by a subquery used as an expression',
    'Map keys must be unique',
  ].join('|')})`,
)

/** What may be said after the last value: the type that was wanted and the column. */
const end =
  /(?:['"] to (?:type )?| destination type )([A-Z]\w*(?:\([\d,]+\))?)(?= when casting|$)|(?: when casting from source column (\w+))$/g

/** What was thrown, in its own words; it may be an error of another realm. */
export const ownMessage = (error: unknown): string =>
  String((error as { message?: unknown } | undefined)?.message ?? error)

/** An error's message without values of rows, which may be personal; names of columns, types and functions stay. */
export function engineMessage(error: unknown): string {
  const message = ownMessage(error)
  const kind = anyKind.exec(message)
  if (!kind || withoutRows.test(message)) return message
  const text = message.slice(kind[0].length)
  const excerpt = text.lastIndexOf('\n\nLINE ')
  const body = excerpt < 0 ? text : text.slice(0, excerpt)
  const said = beginning.exec(body)?.[0]
  const details = said ? [said, '…', ...tailOf(body)].join(' ') : '…'
  return `${kind[0]}${details} (values are left out)`
}

function tailOf(body: string): string[] {
  return [...body.matchAll(end)].map(([, type, column]) =>
    type ? `to ${type}` : `of column ${column}`,
  )
}
