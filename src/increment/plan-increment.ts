import { sourceFunctions } from '../config.js'
import { readContracts } from '../contract.js'
import type { Engine } from '../engines/engine.js'
import type { Inputs, MakeOptions } from '../make-tables.js'
import { runSettings } from '../prepare.js'
import { schemaFolders } from '../project.js'
import type { GoingOn } from './go-on.js'
import { newRows, readNewObjects, withdrawn } from './take-in.js'

/** What an incremental run would touch. */
export interface PlannedIncrement {
  objectsToRead: number
  objectsWithdrawn: number
  /** Rows of the objects that it would read. */
  rows: number
  /** Known customers whose records come or go. */
  customers: number
  /** Combinations of identifiers that nobody had before: new customers, or more of known ones. */
  newIdentifierSets: number
}

/** Reads what is new into a copy of the kept tables, and no further; nothing that is kept changes. */
export async function planIncrement(
  { config, projectFolder }: MakeOptions,
  { zones, workFolder }: Pick<Inputs, 'zones' | 'workFolder'>,
  { engine, changes }: GoingOn,
): Promise<PlannedIncrement> {
  try {
    const contracts = readContracts(schemaFolders(projectFolder))
    await engine.defineSettings({ ...runSettings(config), ...sourceFunctions('', {}) })
    const { rowsRead } = await readNewObjects(
      { engine, zones, config, contracts, workFolder, projectFolder },
      changes,
    )
    return {
      objectsToRead: changes.toRead.length,
      objectsWithdrawn: changes.withdrawn.length,
      rows: rowsRead,
      ...(await touched(engine)),
    }
  } finally {
    await engine.close()
  }
}

async function touched(
  engine: Engine,
): Promise<Pick<PlannedIncrement, 'customers' | 'newIdentifierSets'>> {
  const [row] = await engine.query(
    `with touched as (
      select identifier_set_id from ${newRows('records')} where reject_reason is null
      union
      select identifier_set_id from records
      where reject_reason is null and object_id in (select object_id from ${withdrawn})
    )
    select count(distinct m.customer_id) as customers,
      count(*) - count(m.customer_id) as new_sets
    from touched t left join identity_sets m on m.identifier_set_id = t.identifier_set_id
    where t.identifier_set_id is not null`,
  )
  return { customers: Number(row?.customers), newIdentifierSets: Number(row?.new_sets) }
}
