import type { SqlNode } from '../sql.js'
import { portableFunctions } from './portable-functions.js'

/** A trap: what a syntax node must not be, because DuckDB and Spark differ or one of them refuses it. */
export interface TreeRule {
  name: string
  /** The sentence that explains a finding. */
  message: string
  breaks(node: SqlNode): boolean
}

const isWindow = (node: SqlNode): boolean => node.class === 'WINDOW'

/** Ranking and offset functions ignore the frame; aggregates do not. */
const frameless = [
  'row_number',
  'rank',
  'dense_rank',
  'lag',
  'lead',
  'ntile',
  'percent_rank',
  'cume_dist',
]

/** A frame without an end on either side, in which ties do not matter; ROWS and RANGE are one there. */
const isWholePartition = ({ start, end }: SqlNode): boolean =>
  start === 'UNBOUNDED_PRECEDING' && end === 'UNBOUNDED_FOLLOWING'

export const treeRules: readonly TreeRule[] = [
  {
    name: 'nulls-order',
    message:
      'an ORDER BY without NULLS FIRST or LAST: DuckDB and Spark put nulls at different ends',
    breaks: (node) => node.null_order === 'ORDER_DEFAULT',
  },
  {
    name: 'no-qualify',
    message: 'QUALIFY: Spark has none; number the rows in a CTE and filter outside',
    breaks: (node) => 'qualify' in node && node.qualify !== null,
  },
  {
    name: 'rows-frame',
    message: 'a window aggregate in order without a ROWS frame: the default frame merges ties',
    breaks: (node) =>
      isWindow(node) &&
      !frameless.includes(String(node.function_name)) &&
      (node.orders as unknown[]).length > 0 &&
      !(String(node.start) + String(node.end)).includes('ROWS') &&
      !isWholePartition(node),
  },
  {
    name: 'plain-window',
    message:
      'FILTER, DISTINCT, IGNORE NULLS or EXCLUDE in a window: Spark refuses or spells it otherwise',
    breaks: (node) =>
      isWindow(node) &&
      (node.filter_expr !== null ||
        node.distinct === true ||
        node.ignore_nulls === true ||
        node.exclude_clause !== 'NO_OTHER'),
  },
  {
    name: 'guarded-division',
    message:
      'a division whose divisor is not nullif(…, 0) or a number: Spark fails on zero, DuckDB gives infinity',
    breaks: (node) => node.function_name === '/' && !isSafeDivisor((node.children as SqlNode[])[1]),
  },
  {
    name: 'exact-means',
    message:
      'a mean or deviation of doubles depends on the order of rows: divide a sum of whole numbers',
    breaks: (node) =>
      /^(avg|mean|stddev|stddev_samp|stddev_pop|variance|var_samp|var_pop|corr)$/.test(
        String(node.function_name),
      ),
  },
  {
    name: 'portable-functions',
    message: 'a function that is not in the shared vocabulary',
    breaks: (node) =>
      node.class === 'FUNCTION' && !portableFunctions.has(String(node.function_name)),
  },
  {
    name: 'portable-window-functions',
    message: 'a window function that is not in the shared vocabulary',
    breaks: (node) =>
      isWindow(node) && ![...portableFunctions, ...frameless].includes(String(node.function_name)),
  },
  {
    name: 'no-list-index',
    message: 'l[i]: positions start at 1 on DuckDB and 0 on Spark; use try_element_at',
    breaks: (node) => node.type === 'ARRAY_EXTRACT',
  },
  {
    name: 'no-lambda',
    message: 'a lambda: the engines spell it differently; explode and group instead',
    breaks: (node) => node.class === 'LAMBDA',
  },
  {
    name: 'plain-explode',
    message: 'explode of something else than a column: Spark takes none of our functions there',
    breaks: (node) =>
      node.function_name === 'explode' && (node.children as SqlNode[])[0]?.class !== 'COLUMN_REF',
  },
  {
    name: 'plain-order',
    message:
      'a query in an order of something else than columns: Spark takes none of our functions there',
    breaks: ({ modifiers }) =>
      Array.isArray(modifiers) && (modifiers as SqlNode[]).some(isOrderOfExpressions),
  },
  {
    name: 'plain-trim',
    message: 'trim with characters: Spark takes them the other way round; use regexp_replace',
    breaks: (node) => node.function_name === 'trim' && (node.children as SqlNode[]).length > 1,
  },
  {
    name: 'plain-star',
    message: 'EXCLUDE, REPLACE or COLUMNS: list the columns',
    breaks: (node) =>
      node.class === 'STAR' &&
      ([node.exclude_list, node.replace_list, node.rename_list].some(
        (list) => Array.isArray(list) && list.length > 0,
      ) ||
        node.columns === true),
  },
  {
    name: 'plain-join',
    message: 'an ASOF, NATURAL or positional join: use an equality join',
    breaks: (node) => node.type === 'JOIN' && !['REGULAR', 'CROSS'].includes(String(node.ref_type)),
  },
  {
    name: 'no-distinct-on',
    message: 'DISTINCT ON: number the rows in a CTE and filter outside',
    breaks: (node) =>
      node.type === 'DISTINCT_MODIFIER' && (node.distinct_on_targets as unknown[]).length > 0,
  },
  {
    name: 'no-recursion',
    message: 'a recursive CTE: Spark stops at 100 levels; loop outside',
    breaks: (node) => node.type === 'RECURSIVE_CTE_NODE',
  },
  {
    name: 'no-sample',
    message: 'a sample: the engines choose other rows; filter on a hash',
    breaks: (node) => typeof node.sample === 'object' && node.sample !== null,
  },
]

const isOrderOfExpressions = ({ type, orders }: SqlNode): boolean =>
  type === 'ORDER_MODIFIER' &&
  (orders as { expression: SqlNode }[]).some(({ expression }) => expression.class !== 'COLUMN_REF')

function isSafeDivisor(node: SqlNode | undefined): boolean {
  if (!node) return false
  if (node.class === 'CONSTANT') return true
  if (node.class === 'CAST') return isSafeDivisor(node.child as SqlNode)
  return node.function_name === 'nullif' || node.type === 'OPERATOR_NULLIF'
}

/** A trap that shows in the text itself. */
export interface TextRule {
  name: string
  message: string
  pattern: RegExp
  /** Whether the inside of a string literal counts. */
  inLiterals?: boolean
}

export const textRules: readonly TextRule[] = [
  { name: 'no-double-colon', message: '"::": write cast(x as type)', pattern: /::/ },
  {
    name: 'no-backslash',
    message: 'a backslash: an escape on Spark, plain on DuckDB',
    pattern: /\\/,
    inLiterals: true,
  },
  {
    name: 'no-double-quotes',
    message: 'a double quote: an identifier on DuckDB, a string on Spark',
    pattern: /"/,
  },
  {
    name: 'portable-types',
    message:
      'a type that only one engine knows: use string, bigint, int, double, decimal, boolean, date, timestamp',
    pattern:
      /\bas\s+(varchar|text|hugeint|ubigint|uinteger|integer\[\]|varchar\[\]|timestamptz|real|float)\s*[()]/i,
  },
  {
    name: 'no-minus-after-window',
    message:
      'a minus after the name of a window: Spark reads both as one name; put the function in parentheses',
    pattern: /\bover\s+(?!partition\b)[a-z_]+\s*-/i,
  },
  {
    name: 'no-clock',
    message: 'the wall clock: equal input must give equal tables; use as_of()',
    pattern: /\b(current_timestamp|current_date|localtimestamp)\b/i,
  },
]
