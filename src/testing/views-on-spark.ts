import type { Engine } from '../engines/engine.js'
import type { SparkSession } from '../engines/spark/connect/session.js'
import { rowsSelect } from '../engines/spark/rows-select.js'

/** Tables of a few rows as views of a session. */
export const viewsOn = (session: SparkSession): Pick<Engine, 'writeRows'> => ({
  async writeRows(table, columns, rows) {
    await session.execute(
      `create or replace temporary view ${table} as ${rowsSelect(columns, rows)}`,
    )
  },
})
