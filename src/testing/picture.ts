import type { PublishedRow } from './run-project.js'
import type { Tables } from './tables.js'

/** Sessions, journeys and touchpoints with names in the place of ids that hang on when somebody was first seen. */
export type Picture = Readonly<Record<'sessions' | 'journeys' | 'touchpoints', string[]>>

const pictured = ['sessions', 'journeys', 'touchpoints'] as const

/**
 * What the tables say, whatever the ids: a customer is named by its identifier sets, its sessions and journeys by their
 * numbers. Equal pictures are the same partition of sets into customers, with ids one to one.
 */
export function pictureOf(tables: Tables): Picture {
  const names = customerNames(tables)
  for (const [table, unit] of [
    ['sessions', 'session'],
    ['journeys', 'journey'],
  ] as const)
    for (const row of tables.get(table)!)
      names.set(row[`${unit}_id`], `${unit} ${row[`${unit}_no`]} of ${names.get(row.customer_id)}`)
  const renamed = (row: PublishedRow): string =>
    JSON.stringify(
      Object.entries(row).map(([column, value]) => [column, names.get(value) ?? value]),
    )
  const [sessions, journeys, touchpoints] = pictured.map((table) =>
    tables.get(table)!.map(renamed).sort(),
  )
  return { sessions: sessions!, journeys: journeys!, touchpoints: touchpoints! }
}

function customerNames(tables: Tables): Map<unknown, string> {
  const sets = new Map<unknown, string[]>()
  for (const { customer_id, identifier_set_id } of tables.get('identity_sets')!)
    sets.set(customer_id, [...(sets.get(customer_id) ?? []), String(identifier_set_id)])
  return new Map(
    [...sets].map(([customer, ids]) => [customer, `customer of ${ids.sort().join(' ')}`]),
  )
}
