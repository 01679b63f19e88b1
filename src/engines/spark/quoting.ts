import { quoted } from '../../sql.js'

/** A text as a literal; a backslash escapes what follows it, unlike on other engines. */
export const quotedForSpark = (text: string): string => quoted(text.replaceAll('\\', '\\\\'))

/** A name in back quotes: of a column, or of files in `parquet.<name>`. */
export const backQuoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``
