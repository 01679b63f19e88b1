import type { EmbeddedEngine } from '../engines/engine.js'

/** Scratch table of the identifier sets of all groups that an increment touches. */
export const touchedGroups = 'touched_groups'
/** Scratch table of the customers that they were of until then. */
export const customersOfGroups = 'customers_of_groups'

/** Links of sets to what ties them to others, as numbers, of which one in 2^64 stands for two texts. */
const links = 'group_links'
const newLists = 'group_new_lists'
const touchedHashes = 'group_touched'
const front = 'group_front'
const nextFront = 'group_next_front'

/** From this share of all identifier sets on, all groups at once cost less than the touched ones. */
const largestShare = 0.25

/**
 * Finds the groups of identifier sets that changed sets belong to: everything that may decide who is one customer with
 * whom. Sets of a group are linked by identifiers that are not blocked, by customers that they are, or by ones that they
 * were or that their earliest records began. False when the groups are most of all sets. Reads edges and history as the
 * last release left them; sets that have come since are taken apart here.
 */
export async function findTouchedGroups(engine: EmbeddedEngine, changed: string): Promise<boolean> {
  await createLinks(engine)
  const setHash = engine.keyHash(['identifier_set_id'])
  let touched = await engine.fillScratchTable(
    touchedHashes,
    `select distinct ${setHash} as set_hash from (${changed}) as changed`,
  )
  await engine.createScratchTable(front, `select set_hash from ${touchedHashes}`)
  const most = (await countSets(engine)) * largestShare
  for (let added = touched; added > 0 && touched <= most; touched += added)
    added = await widen(engine)
  const isTouched = `${setHash} in (select set_hash from ${touchedHashes})`
  await engine.createScratchTable(
    touchedGroups,
    `select identifier_set_id from (${changed}) as changed
    union
    select identifier_set_id from set_sources where ${isTouched}
    union
    select identifier_set_id from identity_edges where ${isTouched}
    union
    select identifier_set_id from customer_history where ${isTouched}`,
  )
  await engine.createScratchTable(
    customersOfGroups,
    `select distinct customer_id from identity_sets
    where identifier_set_id in (select identifier_set_id from ${touchedGroups})`,
  )
  await engine.dropScratchTables([links, newLists, touchedHashes, front, nextFront])
  return touched <= most
}

/** Of edges, of sets that have none yet, and of the history, which says enough of `identity_sets`: each set has its current row there. */
async function createLinks(engine: EmbeddedEngine): Promise<void> {
  const setHash = engine.keyHash(['identifier_set_id'])
  const identifierHash = engine.keyHash(['id_type', 'id_value'])
  await engine.createScratchTable(
    links,
    `select ${setHash} as set_hash, case when coalesce(reason, '') <> 'blocked' then ${identifierHash} end as tie_hash
    from identity_edges`,
  )
  await engine.createScratchTable(
    newLists,
    `select s.identifier_set_id, s.first_record, array_distinct(split_list(s.identifiers, chr(31))) as parts
    from set_sources s anti join ${links} l on l.set_hash = ${engine.keyHash(['s.identifier_set_id'])}`,
  )
  await engine.insertInto(
    links,
    `select ${setHash} as set_hash, ${identifierHash} as tie_hash
    from (select identifier_set_id, split_part(part, '=', 1) as id_type,
        substr(part, length(split_part(part, '=', 1)) + 2) as id_value
      from (select identifier_set_id, explode(parts) as part from ${newLists}) as parts) as new_links
    union all
    select ${setHash} as set_hash, ${engine.keyHash(['customer_id_of(first_record)'])} as tie_hash from ${newLists}
    union all
    select ${setHash} as set_hash, ${engine.keyHash(['customer_id'])} as tie_hash from customer_history`,
  )
}

/** Adds the sets that are linked to the front, which they become, and tells how many they are. */
async function widen(engine: EmbeddedEngine): Promise<number> {
  const added = await engine.fillScratchTable(
    nextFront,
    `select distinct l.set_hash from ${links} l
    semi join (select tie_hash from ${links} where set_hash in (select set_hash from ${front})) c on c.tie_hash = l.tie_hash
    anti join ${touchedHashes} t on t.set_hash = l.set_hash`,
  )
  await engine.insertInto(touchedHashes, `select set_hash from ${nextFront}`)
  await engine.dropScratchTables([front])
  await engine.renameScratchTable(nextFront, front)
  return added
}

async function countSets(engine: EmbeddedEngine): Promise<number> {
  const [all] = await engine.query('select count(*) as row_count from identity_sets')
  return Number(all?.row_count)
}
