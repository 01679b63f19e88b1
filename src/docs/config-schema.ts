import { readFileSync } from 'node:fs'
import path from 'node:path'
import { isMap, isScalar, parseDocument } from 'yaml'
import { z } from 'zod'
import { configSchema } from '../config-schema.js'
import { builtInFolder } from '../project.js'

interface KeyDefault {
  type: string
  default: unknown
  description?: string
}

type JsonSchema = { [key: string]: unknown; properties?: Record<string, JsonSchema> }

/** JSON schema of a config file for editors: no key is needed, each shows its default and its comment. */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema) as JsonSchema
  const properties = schema.properties!
  for (const [section, keys] of sectionDefaults()) {
    const { required: _, ...own } = properties[section]!
    const known = own.properties ?? {}
    const described = Object.entries(keys).map(([key, value]) => [
      key,
      { ...(known[key] ? ofBoth(value, known[key]) : value) },
    ])
    properties[section] = {
      type: 'object',
      properties: { ...withoutRequired(known), ...Object.fromEntries(described) },
      additionalProperties: false,
    }
  }
  return { ...schema, title: 'Throughline config', required: [] }
}

/** Of what may be one type or another, the default shows one only. */
function ofBoth({ type, ...shown }: KeyDefault, own: JsonSchema): JsonSchema {
  return own.anyOf ? { ...shown, ...own } : { type, ...shown, ...own }
}

/** Maps within a section need none of their keys either. */
const withoutRequired = (properties: Record<string, JsonSchema>): Record<string, JsonSchema> =>
  Object.fromEntries(
    Object.entries(properties).map(([key, { required: _, ...schema }]) => [key, schema]),
  )

/** Sections of `config/default.yaml` with, a key, its default and the comment behind it; `sources` has no keys of its own. */
function sectionDefaults(): [string, Record<string, KeyDefault>][] {
  const file = path.join(builtInFolder, 'config', 'default.yaml')
  const root = parseDocument(readFileSync(file, 'utf8')).contents
  if (!isMap(root)) return []
  return root.items.flatMap(({ key, value }) =>
    isMap(value) && value.items.length > 0 ? [[String(key), defaultsOf(value.items)]] : [],
  )
}

const defaultsOf = (
  items: readonly { key: unknown; value: unknown }[],
): Record<string, KeyDefault> =>
  Object.fromEntries(
    items.flatMap(({ key, value }) => (isScalar(value) ? [[String(key), keyDefault(value)]] : [])),
  )

const keyDefault = ({
  value,
  comment,
}: {
  value: unknown
  comment?: string | null
}): KeyDefault => ({
  type: typeof value,
  default: value,
  ...(comment ? { description: comment.split('\n')[0]!.trim() } : {}),
})
