import type { SourceConfig } from '../config.js'

interface Header {
  /** Names as the file has them. */
  names: readonly string[]
  /** The same under the names of the preset's fields, as far as the config tells them. */
  keys: readonly string[]
  /** Fields that the preset reads. */
  fields: readonly string[]
  /** Whether the format itself says what is a column name, as Parquet does; a CSV may open with a record instead. */
  isCertain: boolean
}

const mostNames = 20
const longestName = 40

/**
 * Which columns that the config names a header lacks, beside what it has; undefined when it lacks none, as formats
 * without a header do.
 */
export function missingColumns(header: Header, { columns = {} }: SourceConfig): string | undefined {
  if (header.keys.length === 0) return undefined
  const missing = Object.entries(columns).filter(([field]) => !header.keys.includes(field))
  if (missing.length === 0) return undefined
  const named = missing.map(([field, column]) => `columns.${field} names ${column}`).join(', ')
  return `${named}; ${headerText(header)}`
}

/** A first record that is no header holds values, which are not for messages. */
function headerText(header: Header): string {
  if (!isHeader(header))
    return `the first record, of ${header.keys.length} fields, does not look like a header`
  const names = header.names.map(shortened).filter(Boolean)
  const rest = names.length > mostNames ? ', …' : ''
  return `the header has ${names.slice(0, mostNames).join(', ')}${rest}`
}

/** Two columns that are looked for, and nothing that begins like a number or a time, or holds an address. */
const isHeader = ({ names, keys, fields, isCertain }: Header): boolean =>
  isCertain ||
  (keys.filter((key) => fields.includes(key)).length >= 2 &&
    !names.some((name) => /^\W*\d|@/.test(name)))

function shortened(name: string): string {
  const characters = [...name.replace(/[\s\p{C}]+/gu, ' ').trim()]
  return characters.length > longestName
    ? `${characters.slice(0, longestName - 1).join('')}…`
    : characters.join('')
}
