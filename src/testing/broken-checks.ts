import { checkTable } from '../checks.js'
import type { Engine } from '../engines/engine.js'
import { contracts } from './engine.js'

/** What tables break of their contracts, warnings included: table, check and rows. */
export async function brokenChecks(engine: Engine, tables: readonly string[]): Promise<string[]> {
  const broken: string[] = []
  for (const table of tables) {
    for (const { check, broken: rows } of await checkTable(engine, contracts.get(table)!)) {
      if (rows > 0) broken.push(`${table}: ${check} (${rows})`)
    }
  }
  return broken
}
