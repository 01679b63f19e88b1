import { readFileSync } from 'node:fs'
import path from 'node:path'
import { configProblems } from './config-problems.js'
import { type Config, configSchema, type SourceConfig } from './config-schema.js'
import type { Settings } from './engines/engine.js'
import { errorOf, ThroughlineError } from './errors.js'
import { builtInFolder } from './project.js'
import { settingSections } from './settings.js'
import { readYaml } from './yaml-text.js'

export type { Config, SourceConfig } from './config-schema.js'

const sectionNames = Object.keys(settingSections) as (keyof typeof settingSections)[]

type Tree = { [key: string]: unknown }

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
  if (result.success) return result.data
  const files = [defaults, overlay].filter(Boolean).join(', ')
  const remedy = `Files read: ${files}; environment keys begin with THROUGHLINE__.`
  throw errorOf('config', configProblems(configSchema, result.error.issues, merged, remedy))
}

function readTree(file: string): Tree {
  const tree = readYaml(textOf(file), file) ?? {}
  if (isTree(tree)) return tree
  throw fileError(file, 'a YAML map of sections', Array.isArray(tree) ? 'a list' : 'one value')
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    throw fileError(file, 'a config file', foundInstead[code] ?? code, error)
  }
}

const foundInstead: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'a folder',
}

const fileError = (at: string, expected: string, found: string, cause?: unknown) =>
  new ThroughlineError({
    code: 'config',
    at,
    expected,
    found,
    remedy: 'Give the path of a YAML file with --config.',
    cause,
  })

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
    if (value === undefined) continue
    if (isMisspelt(name)) throw misspelt(name)
    if (!name.startsWith('THROUGHLINE__')) continue
    const keys = name.slice('THROUGHLINE__'.length).toLowerCase().split('__')
    let at = tree
    for (const key of keys.slice(0, -1)) {
      if (!isTree(at[key])) at[key] = {}
      at = at[key] as Tree
    }
    at[keys.at(-1)!] = readYaml(value, name)
  }
  return tree
}

/** One underscore too few or too many: a name that is meant for the config, and that nobody would read. */
const isMisspelt = (name: string): boolean =>
  /^THROUGHLINE_(?!_[^_]).*__/.test(name) || singlySpelt.has(name)

/** Keys of the config as they would be called with one underscore after each part. */
const singlySpelt: ReadonlySet<string> = new Set(
  Object.entries(configSchema.shape)
    .flatMap(([section, keys]) =>
      'shape' in keys ? Object.keys(keys.shape).map((key) => `${section}_${key}`) : [],
    )
    .map((name) => `THROUGHLINE_${name.toUpperCase()}`),
)

const misspelt = (name: string) =>
  new ThroughlineError({
    code: 'config',
    at: `environment variable ${name}`,
    expected: 'THROUGHLINE__SECTION__KEY, with two underscores after each part',
    found: 'another number of underscores',
    remedy: `Call it ${name.replace(/^THROUGHLINE_+/, 'THROUGHLINE__')}, or unset it.`,
  })

/** Settings as models call them: `journeys.session_timeout_minutes` is `journeys_session_timeout_minutes()`. */
export const settingFunctions = (config: Config): Settings =>
  Object.fromEntries(
    sectionNames.flatMap((section) =>
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
