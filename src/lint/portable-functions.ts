import { readFileSync } from 'node:fs'
import path from 'node:path'
import { builtInFolder } from '../project.js'

/** Built-ins that DuckDB 1.5 and Spark 4.1 answer alike (operators as the parser names them). */
const sharedBuiltIns = `
  + - * / % || ~~ !~~ not_like like_escape abs ceil floor round sign sqrt ln log10 exp pow power greatest least
  coalesce nullif ifnull concat_ws lower upper trim length substr substring replace translate lpad rpad
  chr ascii reverse repeat split_part contains regexp_extract md5 initcap
  count count_star sum min max median percentile_cont quantile_cont
  bool_or bool_and row_number
  date_trunc extract date_part year month day hour minute second quarter last_day make_date
  array_contains array_distinct flatten
`

const macro = /create or replace macro ([a-z_0-9]+)\(/g

/** Functions that models may call: shared built-ins, the vocabulary, settings and registered run functions. */
export const portableFunctions: ReadonlySet<string> = new Set([
  ...sharedBuiltIns.trim().split(/\s+/),
  ...[
    ...readFileSync(
      path.join(builtInFolder, 'src', 'engines', 'duckdb', 'functions.sql'),
      'utf8',
    ).matchAll(macro),
  ].map((match) => match[1]!),
  'source_name',
  'source_time_zone',
  'source_time_format',
  'source_decimal_mark',
  'source_currency',
  'source_calling_code',
  'source_stream',
  'as_of_micros',
  'run_since_micros',
  'run_until_micros',
])
