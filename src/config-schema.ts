import { z } from 'zod'
import { encodingOf } from './collect/landing/encoding.js'

const time = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/,
    'expected YYYY-MM-DD or YYYY-MM-DDTHH:MM (UTC)',
  )
  .refine(isRealTime, 'no such date')

/** Whether the text names a moment that exists; JavaScript alone would read 31 February as 2 March. */
function isRealTime(text: string): boolean {
  const date = new Date(text.includes('T') ? `${text}Z` : `${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

const timeZone = z.string().refine(isTimeZone, 'expected an IANA time zone such as Europe/Berlin')

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

const encoding = z
  .string()
  .refine(
    (label) => encodingOf(label) !== undefined,
    'expected an encoding such as utf-8, windows-1252 or iso-8859-15',
  )

const sourceSchema = z.strictObject({
  /** Source file in `pipelines/collect`. */
  preset: z.string(),
  /** Where its objects lie, relative to `storage.raw`. */
  prefix: z.string(),
  format: z.enum(['auto', 'csv', 'tsv', 'ndjson', 'json', 'parquet']).optional(),
  compression: z.enum(['auto', 'none', 'gz', 'zst']).optional(),
  /** Of text without a byte-order mark. */
  encoding: encoding.optional(),
  delimiter: z.string().length(1).optional(),
  skip_lines: z.number().int().min(0).optional(),
  records_path: z.string().optional(),
  /** What the source file calls a field -> what the export calls it. */
  columns: z.record(z.string(), z.string()).optional(),
  time_zone: timeZone.optional(),
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
    parallel_models: z.number().int().min(1),
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
  run: z
    .strictObject({
      as_of: z.union([time, z.literal('')]),
      since: z.union([time, z.literal('')]),
      until: z.union([time, z.literal('')]),
      work_folder: z.string(),
      keep_releases: z.number().int().min(1),
    })
    .refine(({ since, until }) => !since || !until || since < until, 'since is not before until'),
  sources: z.record(z.string(), sourceSchema),
  collect: settings,
  identity: settings,
  journeys: settings,
  churn: settings,
})

export type Config = z.infer<typeof configSchema>
export type SourceConfig = z.infer<typeof sourceSchema>
