import { ThroughlineError } from '../../errors.js'
import type { LandedFile } from '../engine.js'
import { patternOf } from './path-pattern.js'
import { sparkUrlOf } from './places.js'
import { backQuoted } from './quoting.js'
import { allOf } from './raw.js'
import type { Statements } from './statements.js'

/** What Spark says of a file that it can open and not read. */
const ofContent =
  /CANNOT_READ_FILE_FOOTER|FAILED_READ_FILE|is not a Parquet file|CANNOT_READ_FOOTER/

/** Reads a Parquet or gzipped object to its end; false when its content cannot be read. Plain text always can. */
export async function readsWhole(
  statements: Statements,
  { path, format }: Pick<LandedFile, 'path' | 'format'>,
): Promise<boolean> {
  if (format !== 'parquet' && !path.endsWith('.gz')) return true
  try {
    await statements.rows('raw', format === 'parquet' ? everyValue(path) : everyLine(path))
    return true
  } catch (error) {
    if (!(error instanceof ThroughlineError) || !ofContent.test(textOf(error))) throw error
    return false
  }
}

const everyValue = (path: string): string =>
  `select max(xxhash64(*)) as seen from (${allOf(path)}) as records`

const everyLine = (path: string): string =>
  `select count(*) as seen from text.${backQuoted(patternOf([sparkUrlOf(path)]))}`

const textOf = ({ message, cause }: ThroughlineError): string =>
  `${message} ${JSON.stringify(cause ?? null)}`
