import { exports } from './exports/exports.js'
import type { Touch } from './touch.js'

/** The columns of `truth/persons-<month>.csv`: a row a distinct record. */
export const truthHeader = 'source,record_id,person_id,reachable_id'

/**
 * Whose record it is, and which of the person's records it can be joined with: two records have the same
 * `reachable_id` when a chain of identifiers that belong to this person alone (no shared device, family
 * mailbox, household phone, placeholder) connects them. A record without such an identifier is alone.
 */
export function truthLine(seed: number, touch: Touch): string {
  const { source } = touch.detail
  const { id } = touch.person
  const recordId = exports[source].recordIdOf(seed, touch)
  const group = touch.group < 0 ? `${source}${touch.ordinal}` : `g${touch.group}`
  return `${source},${recordId},${id},${id}.${group}`
}

/** A record that stands for nobody else: the defects that are records of their own. */
export const lonelyTruthLine = (source: string, recordId: string | number): string =>
  `${source},${recordId},p-${recordId},p-${recordId}`
