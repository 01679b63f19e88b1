import type { Column } from '../engine.js'
import { backQuoted } from './quoting.js'

/** The hex digits of an md5, byte by byte from its middle on, and these bytes with the last one first. */
const byByte = `^.{16}${'(..)'.repeat(8)}$`
const lowFirst = '$8$7$6$5$4$3$2$1'

/**
 * The SELECT of the digest that every engine makes of the rows of a table: the sum over rows of the low 64 bits of md5 of
 * the row's text. Texts of doubles are Java's, and so are digests of tables that have some.
 */
export const contentHashSelect = (table: string, columns: readonly Column[]): string =>
  `select concat(cast(count(*) as string), ':', cast(coalesce(sum(row_digest), 0) as string)) as content_hash
    from (select ${rowDigest(columns.map(({ name }) => name))} as row_digest from ${table}) as digests`

/** The low 64 bits of md5 of the row's text. */
export function rowDigest(columns: readonly string[]): string {
  const text = columns
    .map((name) => `coalesce(cast(${backQuoted(name)} as string), chr(2))`)
    .join(', chr(31), ')
  return `cast(conv(regexp_replace(md5(concat(${text})), '${byByte}', '${lowFirst}'), 16, 10) as decimal(20, 0))`
}
