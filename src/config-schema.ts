import { z } from 'zod'
import { encodingOf } from './collect/landing/encoding.js'
import {
  brokers,
  callingCode,
  currency,
  endpoint,
  minutesOrNone,
  recordsPath,
  timeOrEmpty,
  timeZone,
  topic,
} from './config-values.js'
import { settingSections } from './settings.js'

const encoding = z
  .string()
  .refine(
    (label) => encodingOf(label) !== undefined,
    'expected an encoding such as utf-8, windows-1252 or iso-8859-15',
  )

const sourceFields = z.strictObject({
  /** Source file in `pipelines/collect`. */
  preset: z.string(),
  /** Where its objects lie, relative to `storage.raw`. */
  prefix: z.string().optional(),
  /** Log whose records a stream reads; their values are JSON, as the export has it. */
  topic: topic.optional(),
  format: z.enum(['auto', 'csv', 'tsv', 'ndjson', 'json', 'parquet']).optional(),
  compression: z.enum(['auto', 'none', 'gz', 'zst']).optional(),
  /** Of text without a byte-order mark. */
  encoding: encoding.optional(),
  delimiter: z.string().length(1).optional(),
  skip_lines: z.number().int().min(0).optional(),
  records_path: recordsPath.optional(),
  /** What the source file calls a field -> what the export calls it. */
  columns: z.record(z.string(), z.string()).optional(),
  time_zone: timeZone.optional(),
  time_format: z.string().optional(),
  decimal_mark: z.enum(['auto', 'point', 'comma']).optional(),
  currency: currency.optional(),
  calling_code: callingCode.optional(),
  stream: z.enum(['web', 'app', 'offline']).optional(),
})

const sourceSchema = sourceFields.refine(
  ({ prefix, topic }) => prefix !== undefined || topic !== undefined,
  { path: ['prefix'], error: 'expected a prefix of object keys, or a topic instead of it' },
)

const sectionsSchema = z.strictObject({
  engine: z.strictObject({
    kind: z.string(),
    threads: z.number().int().min(0),
    memory_megabytes: z.number().int().min(256),
    parallel_models: z.number().int().min(1),
    slice_records: z.number().int().min(1),
    spark: z.strictObject({
      url: z.string(),
      settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    }),
  }),
  storage: z.strictObject({
    raw: z.string(),
    warehouse: z.string(),
    endpoint,
    region: z.string(),
    path_style: z.boolean(),
    checksums: z.enum(['when_supported', 'when_required']),
    parallel_downloads: z.number().int().min(1),
  }),
  run: z
    .strictObject({
      as_of: timeOrEmpty,
      since: timeOrEmpty,
      until: timeOrEmpty,
      work_folder: z.string(),
      state_folder: z.string(),
      checkpoint_minutes: minutesOrNone,
      keep_releases: z.number().int().min(1),
      keep_hours: z.number().min(1),
      keep_record_days: z.number().min(1),
      restatement_days: z.number().min(0),
      restatement_rows: z.number().int().min(0),
    })
    .refine(({ since, until }) => !since || !until || since < until, {
      path: ['since'],
      error: 'expected a time before run.until',
    }),
  kafka: z.strictObject({
    brokers,
    tls: z.boolean(),
    authority_file: z.string(),
    certificate_file: z.string(),
    key_file: z.string(),
    sasl_mechanism: z.enum(['none', 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
  }),
  stream: z.strictObject({
    log_folder: z.string(),
    archive: z.string(),
    archive_merge_megabytes: z.number().min(0).max(1024),
    batch_records: z.number().int().min(1).max(1_000_000),
    batch_megabytes: z.number().positive().max(1024),
    batch_seconds: z.number().positive().max(3600),
    release_every_seconds: z.number().positive(),
    checkpoint_minutes: minutesOrNone,
    live_scores: z.boolean(),
    poll_objects_seconds: z.number().positive(),
    metrics_port: z.number().int().min(0).max(65_535),
  }),
  sources: z.record(z.string(), sourceSchema),
  ...settingSections,
})

/** What a config may be; what one section says of another is checked once each of them is sound. */
export const configSchema = sectionsSchema.superRefine(({ identity, sources }, context) => {
  const unknown = identity.source_order.split(',').filter((name) => name && !(name in sources))
  if (unknown.length === 0) return
  const known = Object.keys(sources).join(', ') || 'none is configured'
  const message = `expected names of sources (${known})`
  context.addIssue({ code: 'custom', path: ['identity', 'source_order'], message })
})

export type Config = z.infer<typeof configSchema>
export type SourceConfig = z.infer<typeof sourceFields>
