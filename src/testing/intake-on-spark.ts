import { intakeModel } from '../collect/intake.js'
import { type Intake, intakeSelect, readSourceFiles } from '../collect/source-file.js'
import type { SparkSession } from '../engines/spark/connect/session.js'
import { describeSelect } from '../engines/spark/describe.js'
import { contracts } from './engine.js'

const sourceFiles = await readSourceFiles()

/** The SELECT that makes records of the view `raw`; the table of texts that it reads becomes a view too. */
export async function intakeOnSpark(
  session: SparkSession,
  preset: string,
): Promise<{ table: Intake['records']; select: string }> {
  const describing = { describe: (select: string) => describeSelect(session, select) }
  const { intake, select } = await intakeSelect(describing, sourceFiles.get(preset)!, contracts)
  await createView(session, intake.rows, select)
  return { table: intake.records, select: intakeModel(intake.records) }
}

export const createView = (session: SparkSession, view: string, select: string) =>
  session.execute(`create or replace temporary view ${view} as ${select}`)
