import { hasColumn } from '../contract.js'
import type { Engine } from '../engines/engine.js'
import { changedKeys, changeOf, type Increment } from './changes.js'

/** What one batch has read and changed. */
export interface BatchFigures {
  rowsRead: number
  /** Rows of which something is in `rejected_records`. */
  rowsRejected: number
  /** Customers of whom any row is another than before. */
  customersTouched: number
}

/** Figures of tables that were made anew: all rows were read, and everybody was touched. */
export async function figuresOfAll(engine: Engine): Promise<BatchFigures> {
  const customersTouched = await count(engine, 'select distinct customer_id from identity_sets')
  return { ...(await rowsTaken(engine, (table) => table)), customersTouched }
}

/** Rows that tables of collect hold, under the names that they have by now. */
export async function rowsTaken(
  engine: Engine,
  nameOf: (table: string) => string,
): Promise<Omit<BatchFigures, 'customersTouched'>> {
  const [read] = await engine.query(
    `select coalesce(sum(rows_read), 0) as row_count from ${nameOf('object_reads')}`,
  )
  const isRejected = 'where reject_reason is not null'
  const rowsRejected = await count(
    engine,
    `select object_id, row_number from ${nameOf('records')} ${isRejected}
     union select object_id, row_number from ${nameOf('ad_spend_records')} ${isRejected}
     union select object_id, row_number from ${nameOf('row_problems')}`,
  )
  return { rowsRead: Number(read?.row_count), rowsRejected }
}

/** How many customers the increment has touched. */
export async function customersTouched(increment: Increment): Promise<number> {
  const customers = touchedCustomers(increment)
  return customers === undefined ? 0 : count(increment.engine, customers)
}

/** The SELECT of the customers that the noted changes name; a table that was made whole and compared with nothing names none. */
export function touchedCustomers(increment: Increment): string | undefined {
  const keys = [...increment.contracts.values()]
    .filter((contract) => hasColumn(contract, 'customer_id'))
    .filter(({ table }) => changeOf(increment, table) === 'rows')
    .map(({ table }) => `select customer_id from ${changedKeys(table)}`)
  return keys.length === 0 ? undefined : keys.join(' union ')
}

async function count(engine: Engine, select: string): Promise<number> {
  const [row] = await engine.query(`select count(*) as row_count from (${select}) as counted`)
  return Number(row?.row_count)
}
