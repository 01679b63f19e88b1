import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Column } from './engines/engine.js'
import { ThroughlineError } from './errors.js'
import { readYaml } from './yaml-text.js'

/**
 * What makes the table: a SQL model, a kernel in TypeScript, the collect stage, a registry in `config/`, the columns that
 * a source file selects (intake), the run itself (tables of the previous release), or a release, of how it differs from the
 * one before.
 */
const kinds = ['model', 'kernel', 'collect', 'registry', 'intake', 'run', 'release'] as const

/** The values that a column of a registry may have: these, or those of `<registry>.<column>`. */
const columnPropertySchema = z.strictObject({
  property: z.enum(['one_of', 'values_of']),
  value: z.string(),
})

const propertySchema = z.strictObject({
  name: z.string(),
  logicalType: z.enum(['string', 'date', 'timestamp', 'number', 'integer', 'array', 'boolean']),
  physicalType: z.string(),
  description: z.string(),
  required: z.boolean().optional(),
  primaryKey: z.boolean().optional(),
  primaryKeyPosition: z.number().int().optional(),
  unique: z.boolean().optional(),
  classification: z.enum(['public', 'internal', 'personal']).optional(),
  customProperties: z.array(columnPropertySchema).max(1).optional(),
})

const rulePropertySchema = z.discriminatedUnion('property', [
  /** A query for when the rule is broken: a row with `found` and `remedy` for each thing to say, without personal data. */
  z.strictObject({ property: z.literal('explain'), value: z.string() }),
  /** The error that the broken rule is; `contract` where a rule says nothing. */
  z.strictObject({ property: z.literal('fails_as'), value: z.enum(['contract', 'books']) }),
])

const qualitySchema = z.strictObject({
  type: z.literal('sql'),
  description: z.string(),
  /** Returns one number: how many rows break the rule. */
  query: z.string(),
  mustBe: z.literal(0),
  severity: z.enum(['error', 'warning']).optional(),
  customProperties: z.array(rulePropertySchema).optional(),
})

/**
 * What the rows of a table hang on: rows of one customer (record, identifier set, object) depend on input rows of that
 * one alone. Rows of a `group` depend on the identifier sets that may decide about each other's customers. `value` is a
 * row a distinct value of the input, which depends on the value alone.
 */
const sliceKinds = ['customer', 'record', 'identifier_set', 'object', 'group', 'value'] as const
export type Slice = (typeof sliceKinds)[number]

/** What a contract says of a table beside its columns, by property; `Contract` tells what each means. */
const tablePropertiesSchema = z.strictObject({
  kind: z.enum(kinds),
  published: z.boolean().optional(),
  slice: z.enum(sliceKinds).optional(),
  at_once: z.boolean().optional(),
  unsettled: z.string().optional(),
  due_when: z.string().optional(),
  restated: z.boolean().optional(),
  recorded: z.string().optional(),
  materialise: z.enum(['table', 'view']).optional(),
  sort: z.string().optional(),
})

const tableSchema = z.strictObject({
  name: z.string(),
  physicalType: z.literal('table'),
  description: z.string().startsWith('One row per '),
  customProperties: z
    .array(z.strictObject({ property: z.string(), value: z.union([z.string(), z.boolean()]) }))
    .transform(
      (properties) =>
        Object.fromEntries(properties.map(({ property, value }) => [property, value])) as z.input<
          typeof tablePropertiesSchema
        >,
    )
    .pipe(tablePropertiesSchema),
  properties: z.array(propertySchema).min(1),
  quality: z.array(qualitySchema).optional(),
})

const contractSchema = z.strictObject({
  apiVersion: z.literal('v3.1.0'),
  kind: z.literal('DataContract'),
  id: z.string(),
  version: z.string(),
  status: z.literal('active'),
  schema: z.array(tableSchema).length(1),
})

export type ContractColumn = z.infer<typeof propertySchema>
export type QualityRule = z.infer<typeof qualitySchema>

export interface Contract {
  table: string
  file: string
  version: string
  description: string
  kind: (typeof kinds)[number]
  /** Written to the warehouse. */
  published: boolean
  /** What its rows hang on, if they can be made for some of it alone. */
  slice: Slice | undefined
  /** Its rows of one customer depend on no other customer, so a full run computes it slice by slice. */
  slicedByCustomer: boolean
  /** Cheap as a whole: full runs, and releases that follow batches, make all of it at once; increments what is touched. */
  atOnce: boolean
  /** Boolean column: where it is false, the passing of time no longer changes the row. */
  unsettled: string | undefined
  /** SQL condition, on `as_of()`, under which the passing of time has changed a row; `false`: it never does. Of unsettled rows, where there are such. */
  dueWhen: string | undefined
  /** A release lists those of its rows that differ from the last one's in `restatements`. */
  restated: boolean
  /** Columns that hold what a single record says, so that another value is a correction; none in tables of something else. */
  recorded: string[]
  /** Computed anew by each reader instead of stored: a filter over a large table. What is published is stored. */
  isView: boolean
  columns: ContractColumn[]
  key: string[]
  /** Columns that its rows are sorted by in the warehouse: those that the contract names, else customer (of a table of slices) and key. */
  sort: string[]
  quality: QualityRule[]
}

/** Contracts that were read already: those of a stream are asked for with every release. */
const known = new Map<string, Contract>()

/** Reads one contract file (a subset of the Open Data Contract Standard 3.1). */
export function readContract(file: string): Contract {
  const text = readFileSync(file, 'utf8')
  const place = `${file}\n${text}`
  const contract = known.get(place) ?? contractIn(text, file)
  known.set(place, contract)
  return contract
}

function contractIn(text: string, file: string): Contract {
  const { version, schema } = tableIn(text, file)
  const { customProperties: said, properties, quality = [], name, description } = schema
  const { kind, slice, published = false, at_once: atOnce = false } = said
  const key = keyOf(properties)
  const slicedByCustomer = slice === 'customer' && !atOnce
  return {
    table: name,
    file,
    version,
    description,
    kind,
    published,
    slice,
    slicedByCustomer,
    atOnce,
    unsettled: said.unsettled,
    dueWhen: said.due_when,
    restated: published && said.restated !== false,
    recorded: namesIn(said.recorded),
    isView: said.materialise === 'view' && !published,
    columns: properties,
    key,
    sort: said.sort ? namesIn(said.sort) : slicedByCustomer ? ['customer_id', ...key] : key,
    quality,
  }
}

/** The one table of a contract, which has to be that of the file's name. */
function tableIn(text: string, file: string) {
  const result = contractSchema.safeParse(readYaml(text, file))
  if (!result.success) {
    throw new ThroughlineError({
      code: 'config',
      at: file,
      expected: 'a data contract (Open Data Contract Standard 3.1)',
      found: z.prettifyError(result.error),
      remedy: 'Correct the contract.',
    })
  }
  const schema = result.data.schema[0]!
  const table = path.basename(file, '.yaml')
  if (schema.name !== table) {
    throw new ThroughlineError({
      code: 'config',
      at: file,
      expected: `a contract of table ${table}, as the file is named`,
      found: schema.name,
      remedy: 'Name the file and the table alike.',
    })
  }
  return { version: result.data.version, schema }
}

const keyOf = (columns: readonly ContractColumn[]): string[] =>
  columns
    .filter((column) => column.primaryKey)
    .sort((a, b) => (a.primaryKeyPosition ?? 1) - (b.primaryKeyPosition ?? 1))
    .map((column) => column.name)

const namesIn = (list: string | undefined): string[] =>
  list === undefined ? [] : list.split(',').map((name) => name.trim())

/** Contracts by table name; later folders (a user's own project) replace files of earlier ones. */
export function readContracts(folders: readonly string[]): Map<string, Contract> {
  const contracts = new Map<string, Contract>()
  for (const folder of folders) {
    for (const name of readdirSync(folder).sort()) {
      if (!name.endsWith('.yaml')) continue
      const contract = readContract(path.join(folder, name))
      contracts.set(contract.table, contract)
    }
  }
  return contracts
}

/** Whether a model or a kernel makes the table; the others are there before the first of them runs. */
export const isProduced = ({ kind }: Contract): boolean => kind === 'model' || kind === 'kernel'

/** Whether the table is made last, when a release is. */
export const isOfRelease = ({ kind }: Contract): boolean => kind === 'release'

/** The column whose values a slice is made of. */
export const sliceColumn = (slice: Exclude<Slice, 'group' | 'value'>): string => `${slice}_id`

export const hasColumn = ({ columns }: Contract, column: string): boolean =>
  columns.some(({ name }) => name === column)

export const columnsOf = (contract: Contract): Column[] =>
  contract.columns.map(({ name, physicalType }) => ({ name, type: physicalType }))
