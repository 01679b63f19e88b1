import type { Engine, Row, Settings } from '../engines/engine.js'
import type { Kind, LinkingRules, TypeRule } from './rules.js'

/** What the settings and the table of types, in linking order, say about linking. */
export async function readRules(engine: Engine, settings: Settings): Promise<LinkingRules> {
  const rows = await engine.query(
    `select type_key, kind, most_per_customer, tells_apart, yields_to_name
    from identifier_rules order by type_key nulls last`,
  )
  return {
    rules: rows.map(ruleOf),
    names: {
      conflicts: settings.identity_name_conflicts === true,
      agreement: settings.identity_name_agreement === true,
    },
  }
}

const ruleOf = (row: Row): TypeRule => ({
  kind: row.kind as Kind,
  mostPerCustomer: row.most_per_customer === null ? undefined : Number(row.most_per_customer),
  tellsApart: row.tells_apart === true,
  yieldsToName: row.yields_to_name === true,
})
