import { sourceFunctions } from '../config.js'
import { type Contract, readContracts } from '../contract.js'
import type { Engine } from '../engines/engine.js'
import type { Inputs, MakeOptions } from '../make-tables.js'
import { runSettings } from '../prepare.js'
import { schemaFolders } from '../project.js'
import { comparedColumns } from './changes.js'
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
      ...(await touched(engine, contracts.get('records')!)),
    }
  } finally {
    await engine.close()
  }
}

/** A rewritten object says most things again: only records count that it says otherwise, no more or anew. */
async function touched(
  engine: Engine,
  contract: Contract,
): Promise<Pick<PlannedIncrement, 'customers' | 'newIdentifierSets'>> {
  const columns = comparedColumns(contract).join(', ')
  const [row] = await engine.query(
    `with differing as (
      select ${columns} from (
        select ${columns}, 1 as copies from ${newRows('records')}
        union all
        select ${columns}, -1 as copies from records
        where object_id in (select object_id from ${withdrawn})
      ) as counted
      group by ${columns}
      having sum(copies) <> 0
    ), touched as (
      select distinct identifier_set_id from differing
      where (reject_reason is null or tells_gone(reject_reason)) and identifier_set_id is not null
    )
    select count(distinct m.customer_id) as customers,
      count(*) - count(m.customer_id) as new_sets
    from touched t left join identity_sets m on m.identifier_set_id = t.identifier_set_id`,
  )
  return { customers: Number(row?.customers), newIdentifierSets: Number(row?.new_sets) }
}
