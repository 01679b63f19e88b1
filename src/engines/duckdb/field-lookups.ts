import { quoted } from '../../sql.js'

const lookup = /get_json_object\(\s*payload\s*,\s*'((?:[^']|'')*)'\s*\)/g

/**
 * Reads every field of a payload in one pass: `get_json_object(payload, '$.a')` becomes an element of one
 * multi-path extraction, because DuckDB parses the JSON text again for each single look-up.
 */
export function fuseFieldLookups(select: string): string {
  const paths = [...new Set([...select.matchAll(lookup)].map((match) => match[1]!))]
  if (paths.length === 0) return select
  const positions = new Map(paths.map((path, index) => [path, index + 1]))
  const body = select.replaceAll(lookup, (_, path: string) => `fields[${positions.get(path)}]`)
  const list = paths.map((path) => quoted(path.replaceAll("''", "'"))).join(', ')
  return `with raw as (select *, json_extract_string(payload, [${list}]) as fields from temp.raw)\n${joinedToWith(body)}`
}

/** Puts the CTEs of a SELECT behind one that is already open. */
function joinedToWith(select: string): string {
  const withoutComments = select.replace(/^(\s*--[^\n]*\n)*\s*/, '')
  const match = /^with\s+/i.exec(withoutComments)
  return match ? `, ${withoutComments.slice(match[0].length)}` : withoutComments
}
