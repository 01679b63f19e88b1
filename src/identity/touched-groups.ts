import type { EmbeddedEngine } from '../engines/engine.js'

/** Scratch table of the identifier sets of all groups that an increment touches. */
export const touchedGroups = 'touched_groups'
/** Scratch table of the customers that they were of until then. */
export const customersOfGroups = 'customers_of_groups'

const front = 'group_front'
const nextFront = 'group_next_front'
const newLists = 'group_new_lists'
const newLinks = 'group_new_links'

/** From this share of all identifier sets on, all groups at once cost less than the touched ones. */
const largestShare = 0.25

/**
 * Finds the groups of identifier sets that changed sets belong to: everything that may decide who is one customer with
 * whom. Sets of a group are linked by identifiers that are not blocked, by customers that they are, or by ones that they
 * were. False when the groups are most of all sets. Reads edges and history as the last release left them; sets that have
 * come since are taken apart here.
 */
export async function findTouchedGroups(engine: EmbeddedEngine, changed: string): Promise<boolean> {
  await createNewLinks(engine)
  let touched = await engine.fillScratchTable(
    touchedGroups,
    `select distinct identifier_set_id from (${changed}) as changed`,
  )
  await engine.createScratchTable(front, `select identifier_set_id from ${touchedGroups}`)
  const most = (await countSets(engine)) * largestShare
  for (let added = touched; added > 0 && touched <= most; touched += added)
    added = await widen(engine)
  await engine.createScratchTable(
    customersOfGroups,
    `select distinct customer_id from identity_sets
    where identifier_set_id in (select identifier_set_id from ${touchedGroups})`,
  )
  await engine.dropScratchTables([front, nextFront, newLists, newLinks])
  return touched <= most
}

/** Identifiers of the sets that have no edges yet. */
async function createNewLinks(engine: EmbeddedEngine): Promise<void> {
  await engine.createScratchTable(
    newLists,
    `select s.identifier_set_id, array_distinct(split_list(s.identifiers, chr(31))) as parts
    from set_sources s anti join identity_edges e on e.identifier_set_id = s.identifier_set_id`,
  )
  await engine.createScratchTable(
    newLinks,
    `select identifier_set_id, split_part(part, '=', 1) as id_type,
      substr(part, length(split_part(part, '=', 1)) + 2) as id_value
    from (select distinct identifier_set_id, part
      from (select identifier_set_id, explode(parts) as part from ${newLists}) as parts) as links`,
  )
}

/** Adds the sets that are linked to the front, which they become, and tells how many they are. */
async function widen(engine: EmbeddedEngine): Promise<number> {
  const ofFront = `identifier_set_id in (select identifier_set_id from ${front})`
  const links = `select identifier_set_id, id_type, id_value from ${newLinks}
    union all select identifier_set_id, id_type, id_value from identity_edges where coalesce(reason, '') <> 'blocked'`
  // `customer_history` says enough: each set of `identity_sets` has its current row there.
  const added = await engine.fillScratchTable(
    nextFront,
    `with carried as (
      select distinct id_type, id_value from (${links}) as links where ${ofFront}
    ), customers as (
      select distinct customer_id from customer_history where ${ofFront}
    ), linked as (
      select l.identifier_set_id from (${links}) as l
      semi join carried c on c.id_type = l.id_type and c.id_value = l.id_value
      union
      select identifier_set_id from customer_history where customer_id in (select customer_id from customers)
    )
    select l.identifier_set_id from linked l
    anti join ${touchedGroups} t on t.identifier_set_id = l.identifier_set_id`,
  )
  await engine.insertInto(touchedGroups, `select identifier_set_id from ${nextFront}`)
  await engine.dropScratchTables([front])
  await engine.renameScratchTable(nextFront, front)
  return added
}

async function countSets(engine: EmbeddedEngine): Promise<number> {
  const [all] = await engine.query('select count(*) as row_count from identity_sets')
  return Number(all?.row_count)
}
