import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { ThroughlineError } from './errors.js'
import { builtInFolder } from './project.js'

const time = z.string().regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/)

const sourceSchema = z.strictObject({
  /** Source file in `pipelines/collect`. */
  preset: z.string(),
  /** Where its objects lie, relative to `storage.raw`. */
  prefix: z.string(),
  format: z.enum(['auto', 'csv', 'tsv', 'ndjson', 'json', 'parquet']).optional(),
  compression: z.enum(['auto', 'none', 'gz', 'zst']).optional(),
  delimiter: z.string().length(1).optional(),
  skip_lines: z.number().int().min(0).optional(),
  records_path: z.string().optional(),
  /** What the source file calls a field -> what the export calls it. */
  columns: z.record(z.string(), z.string()).optional(),
  time_zone: z.string().optional(),
  time_format: z.string().optional(),
  decimal_mark: z.enum(['auto', 'point', 'comma']).optional(),
  currency: z.string().length(3).optional(),
  calling_code: z
    .string()
    .regex(/^\d{1,3}$/)
    .optional(),
  stream: z.enum(['web', 'app', 'offline']).optional(),
})

const scalar = z.union([z.string(), z.number(), z.boolean()])
const settings = z.record(z.string(), scalar)

export const configSchema = z.strictObject({
  engine: z.strictObject({
    kind: z.string(),
    threads: z.number().int().min(0),
    memory_megabytes: z.number().int().min(256),
  }),
  storage: z.strictObject({
    raw: z.string(),
    warehouse: z.string(),
    endpoint: z.string(),
    region: z.string(),
    path_style: z.boolean(),
    checksums: z.enum(['when_supported', 'when_required']),
    parallel_downloads: z.number().int().min(1),
  }),
  run: z.strictObject({
    as_of: z.union([time, z.literal('')]),
    since: z.union([time, z.literal('')]),
    until: z.union([time, z.literal('')]),
    work_folder: z.string(),
    keep_releases: z.number().int().min(1),
    slice_rows: z.number().int().min(1000),
  }),
  sources: z.record(z.string(), sourceSchema),
  collect: settings,
  identity: settings,
  journeys: settings,
  churn: settings,
})

export type Config = z.infer<typeof configSchema>
export type SourceConfig = z.infer<typeof sourceSchema>
type Tree = { [key: string]: unknown }

/** The sections whose scalars models read as zero-argument functions, e.g. `journeys_session_timeout_minutes()`. */
const settingSections = ['collect', 'identity', 'journeys', 'churn'] as const

/** Reads `config/default.yaml`, the overlay, then `THROUGHLINE__SECTION__KEY` from the environment. */
export function readConfig(
  overlay: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = {},
): Config {
  const defaults = path.join(builtInFolder, 'config', 'default.yaml')
  const trees = [defaults, overlay]
    .filter((file): file is string => file !== undefined)
    .map(readTree)
  const merged = [...trees, environmentTree(environment)].reduce(overlaid, {})
  const result = configSchema.safeParse(merged)
  const problems = [
    ...(result.success ? [] : [z.prettifyError(result.error)]),
    ...unknownSettings(trees[0] ?? {}, merged),
  ]
  if (!result.success || problems.length > 0) {
    throw new ThroughlineError({
      code: 'config',
      at: overlay ?? defaults,
      expected: 'the keys and types of config/default.yaml',
      found: problems.join('; '),
      remedy: `Files read: ${[defaults, overlay].filter(Boolean).join(', ')}; environment keys begin with THROUGHLINE__.`,
    })
  }
  return result.data
}

function readTree(file: string): Tree {
  if (!existsSync(file)) {
    throw new ThroughlineError({
      code: 'config',
      at: file,
      expected: 'a config file',
      found: 'no such file',
      remedy: 'Give the path of a YAML file with --config.',
    })
  }
  return (parse(readFileSync(file, 'utf8')) as Tree | null) ?? {}
}

function overlaid(base: Tree, over: Tree): Tree {
  const result: Tree = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const below = result[key]
    result[key] = isTree(below) && isTree(value) ? overlaid(below, value) : value
  }
  return result
}

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function environmentTree(environment: Readonly<Record<string, string | undefined>>): Tree {
  const tree: Tree = {}
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('THROUGHLINE__') || value === undefined) continue
    const keys = name.slice('THROUGHLINE__'.length).toLowerCase().split('__')
    let at = tree
    for (const key of keys.slice(0, -1)) {
      at[key] ??= {}
      at = at[key] as Tree
    }
    at[keys.at(-1)!] = parse(value) as unknown
  }
  return tree
}

function unknownSettings(defaults: Tree, merged: Tree): string[] {
  return settingSections.flatMap((section) => {
    const known = Object.keys((defaults[section] as Tree | undefined) ?? {})
    return Object.keys((merged[section] as Tree | undefined) ?? {})
      .filter((key) => !known.includes(key))
      .map((key) => `${section}.${key} is not a setting (known: ${known.join(', ')})`)
  })
}

/** Settings as models call them: `journeys.session_timeout_minutes` is `journeys_session_timeout_minutes()`. */
export const settingFunctions = (config: Config): Record<string, string | number | boolean> =>
  Object.fromEntries(
    settingSections.flatMap((section) =>
      Object.entries(config[section]).map(([key, value]) => [`${section}_${key}`, value]),
    ),
  )

/** What a source file may ask of its configuration, as zero-argument functions. */
export const sourceFunctions = (
  name: string,
  source: Partial<SourceConfig>,
): Record<string, string> => ({
  source_name: name,
  source_time_zone: source.time_zone ?? 'UTC',
  source_time_format: source.time_format ?? '',
  source_decimal_mark: source.decimal_mark ?? 'auto',
  source_currency: source.currency ?? '',
  source_calling_code: source.calling_code ?? '',
  source_stream: source.stream ?? 'web',
})
