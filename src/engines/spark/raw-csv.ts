import type { AsExported } from '../engine.js'
import { quotedForSpark } from './quoting.js'
import { lineFault, objectText, textFault } from './raw-line.js'

/** Delimited text as it was exported. */
export interface DelimitedText extends AsExported {
  keys: readonly string[]
  delimiter: string
}

/** The reason of a row that only its object's other lines, or a landing, can judge. */
export const needsLandingReason = 'needs_landing'

/** SELECT of payload and reason of lines in which a quote is a character like any other. */
export const tsvRecords = ({ keys, delimiter, maxRecordBytes }: DelimitedText): string => `
select ${objectText(keys.map((key, index) => [key, `nullif(get(fields, ${index}), '')`]))} as payload,
  case ${lineFault(maxRecordBytes)}
    when exists(slice(fields, ${keys.length + 1}, size(fields)), f -> f not in ('', '""')) then 'too_many_columns' end as reason
from (select value, split(value, '${codeOf(delimiter)}') as fields from raw_files where value <> '') as split_lines`

/** Stands for a quoted field, and for an even run of quotes: a field that is empty, or quotes alone. */
const field = '\u0001'
const evenRun = '\u0002'

/**
 * SELECT of payload and reason of texts that should be a record each. One is where quotes enclose fields and nothing
 * else: those that open and close stand at a delimiter or an end, and all are closed.
 */
export function csvRecords(
  { keys, delimiter, maxRecordBytes }: DelimitedText,
  texts = `select value from raw_files where value <> ''`,
  carried = '',
): string {
  const separator = quotedForSpark(delimiter)
  const marks = `[${field}${evenRun}]`
  const other = `[^${codeOf(delimiter)}]`
  const schema = keys.map((_, index) => `c${index} string`).join(', ')
  const options = `map('sep', ${separator}, 'quote', '"', 'escape', '"', 'multiLine', 'true')`
  return `
select ${carried}${objectText(keys.map((key, index) => [key, `fields.c${index}`]))} as payload,
  case when octet_length(value) > ${maxRecordBytes} or not quotes_fit or contains(outside, chr(13)) then '${needsLandingReason}'
    ${textFault}
    when surplus = '' then null when replace(surplus, '${evenRun}', '') = '' then '${needsLandingReason}'
    else 'too_many_columns' end as reason
from (
  select ${carried}value, outside, from_csv(value, '${schema}', ${options}) as fields,
    not contains(value, '"')
      or (length(replace(runs, '"', '')) - length(runs)) % 2 = 0 and not regexp_like(outside, '${other}${marks}|${marks}${other}') as quotes_fit,
    replace(substr(outside, length(substring_index(outside, ${separator}, ${keys.length})) + 1), ${separator}, '') as surplus
  from (
    select *, case when contains(runs, '"') then regexp_replace(runs, '"[^"]*("|$)', '${field}') else runs end as outside
    from (
      select *, case when contains(value, '"')
        then regexp_replace(regexp_replace(value, '(?<!")(?:"")+(?!")', '${evenRun}'), '"+', '"') else value end as runs
      from (${texts}) as texts
    ) as with_runs
  ) as with_outside
) as with_fields`
}

/**
 * SELECT of the rows of objects whose records go over lines. A line begins within a field where the quotes before it
 * are odd in number; of a record that is too long the first line is enough to tell.
 */
export const joinedRows = (text: DelimitedText): string => `
with lines as (
  select url_decode(replace(input_file_name(), '+', '%2B')) as path, input_file_block_start() as block,
    monotonically_increasing_id() as place, value, length(value) - length(replace(value, '"', '')) as quotes
  from raw_files
), opened as (
  select *, coalesce(sum(quotes) over (partition by path order by block, place
    rows between unbounded preceding and 1 preceding), 0) % 2 = 1 as is_inside
  from lines
), numbered as (
  select *, count_if(not is_inside) over (partition by path order by block, place
    rows between unbounded preceding and current row) as record_no
  from opened
), sized as (
  select *, sum(octet_length(value) + 1) over (partition by path, record_no) as record_bytes from numbered
), joined as (
  select path, record_no,
    array_join(transform(array_sort(collect_list(struct(block, place, value))), l -> l.value), '\\n') as text
  from sized
  where record_bytes <= ${text.maxRecordBytes + 2} or not is_inside
  group by path, record_no
), records as (
  select path, record_no, case when endswith(text, chr(13)) then left(text, length(text) - 1) else text end as value
  from joined
)
select f.object_id, r.row_number, f.loaded_at, r.payload, r.reason
from (
  select path, payload, reason,
    cast(row_number() over (partition by path order by record_no) - ${text.hasHeader ? 1 : 0} as bigint) as row_number
  from (${csvRecords(text, `select * from records where value <> ''`, 'path, record_no, ')}) as typed
) r
join raw_objects f on f.path = r.path
where r.row_number > 0`

/** A character as a regular expression in a literal spells it, whatever it means there. */
const codeOf = (character: string): string => `\\\\x{${character.codePointAt(0)!.toString(16)}}`
