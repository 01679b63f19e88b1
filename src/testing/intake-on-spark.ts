import { intakeModel } from '../collect/intake.js'
import { type Intake, intakeSelect, readSourceFiles } from '../collect/source-file.js'
import { fuseFieldLookups, lookupColumns } from '../engines/field-lookups.js'
import type { SparkSession } from '../engines/spark/connect/session.js'
import { describeSelect } from '../engines/spark/describe.js'
import { lookupDialect } from '../engines/spark/lookup-dialect.js'
import { contracts } from './engine.js'

const sourceFiles = await readSourceFiles()

/** The SELECT that makes records of a source's rows, which a SELECT gives; it reads views of them that it leaves. */
export async function intakeOnSpark(
  session: SparkSession,
  preset: string,
  rows: string,
): Promise<{ table: Intake['records']; select: string }> {
  const sourceFile = sourceFiles.get(preset)!
  const { columns, select: source } = fuseFieldLookups(sourceFile.select, lookupDialect)
  await createView(
    session,
    'raw',
    `select object_id, row_number, loaded_at${lookupColumns(columns)} from (${rows}) as given`,
  )
  const describing = { describe: (select: string) => describeSelect(session, select) }
  const { intake, select } = await intakeSelect(
    describing,
    { ...sourceFile, select: source },
    contracts,
  )
  await createView(session, intake.rows, select)
  return { table: intake.records, select: intakeModel(intake.records) }
}

const createView = (session: SparkSession, view: string, select: string) =>
  session.execute(`create or replace temporary view ${view} as ${select}`)
