import { ThroughlineError } from '../../errors.js'
import { allOf } from './raw.js'
import type { Statements } from './statements.js'

/** What Spark says of a file that it can open and not read. */
const ofContent =
  /CANNOT_READ_FILE_FOOTER|FAILED_READ_FILE|is not a Parquet file|CANNOT_READ_FOOTER/

/** Reads every value of a Parquet object; false when its content cannot be read. */
export async function readsParquet(statements: Statements, path: string): Promise<boolean> {
  try {
    await statements.rows('raw', `select max(xxhash64(*)) as seen from (${allOf(path)}) as records`)
    return true
  } catch (error) {
    if (!(error instanceof ThroughlineError) || !ofContent.test(textOf(error))) throw error
    return false
  }
}

const textOf = ({ message, cause }: ThroughlineError): string =>
  `${message} ${JSON.stringify(cause ?? null)}`
