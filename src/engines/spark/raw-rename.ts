import { type Gone, goneFields, type Renamed } from '../renamed-fields.js'
import { quotedForSpark } from './quoting.js'

/** SQL of the JSON text `value`, its fields under the names that the config gives them and under no other. */
export function renamedPayload(renamed: Renamed): string {
  const given = Object.entries(renamed).map(
    ([key, path]) =>
      `${fieldName(key)} || nullif(to_json(try_variant_get(try_parse_json(value), ${quotedForSpark(`$.${path}`)}, 'variant')), 'null')`,
  )
  return without('value', goneFields(renamed), { keys: Object.keys(renamed), given })
}

/** What is new in a record, as SQL of `"name":value`, and under which names. */
const nothing = { keys: [] as readonly string[], given: [] as readonly string[] }

/** SQL of a JSON object without what has gone, which is in turn an object with nothing in it where there was none. */
function without(json: string, gone: Gone, { keys, given } = nothing): string {
  const below = Object.entries(gone).flatMap(([name, rest]) =>
    rest === null || keys.includes(name)
      ? []
      : [
          `${fieldName(name)} || ${without(`get_json_object(${json}, ${quotedForSpark(`$.${name}`)})`, rest)}`,
        ],
  )
  const names = [...new Set([...Object.keys(gone), ...keys])].map(quotedForSpark).join(', ')
  const parts = [otherFields(json, names), ...below, ...given].join(', ')
  return `'{' || concat_ws(',', ${parts}) || '}'`
}

/** Fields in their order, with their texts; which of these are strings is told by the same fields as variants. */
const otherFields = (json: string, names: string): string => `
nullif(array_join(transform(map_entries(map_filter(map_zip_with(
  from_json(${json}, 'map<string,string>'), from_json(${json}, 'map<string,variant>'),
  (k, s, v) -> case when v is null or is_variant_null(v) then 'null'
    when schema_of_variant(v) = 'STRING' then ${quotedText('s')} else s end),
  (k, text) -> not array_contains(array(${names}), k))), e -> ${quotedText('e.key')} || ':' || e.value), ','), '')`

/** A text as JSON has it. */
const quotedText = (text: string): string =>
  `regexp_extract(to_json(array(${text})), r'(?s)^\\[(.*)\\]$', 1)`

const fieldName = (name: string): string => quotedForSpark(`${JSON.stringify(name)}:`)
