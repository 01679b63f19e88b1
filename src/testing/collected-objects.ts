import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { collect } from '../collect/collect.js'
import { listRawObjects } from '../collect/raw-objects.js'
import { type Config, sourceFunctions } from '../config.js'
import type { Engine, Row } from '../engines/engine.js'
import { makeWorkFolder, openEngine, runSettings } from '../prepare.js'
import { loadRegistries } from '../registries.js'
import { openStorages } from '../storages.js'
import { contracts } from './engine.js'

/** What became of each object, by its key, and which of them passed through this process. */
export interface CollectedObjects {
  objects: Record<string, { status: unknown; rows: number; problems: string[]; records: string[] }>
  passed: Record<string, string>
}

/** What makes a record one of which the preset `as_is` makes nothing. */
export const dropped = { event: 'dropped' }

/** Keeps a record as it is: it takes an engine little to plan. */
const asIs = `-- One row per record that is kept, as it is.
select object_id, row_number, loaded_at, cast(row_number as string) as native_id, '2024-03-01' as spend_on, '1' as spend,
  get_json_object(payload, '$.customer') as campaign, get_json_object(payload, '$.event') as ad_group, payload as ad
from raw
where coalesce(get_json_object(payload, '$.event'), '') <> '${dropped.event}'
`

/** Writes the project of the preset `as_is`, whose files without header have two columns. */
export async function writeAsIs(folder: string): Promise<string> {
  const collecting = path.join(folder, 'pipelines', 'collect')
  await mkdir(collecting, { recursive: true })
  await writeFile(path.join(collecting, 'as_is.sql'), asIs)
  await writeFile(path.join(collecting, 'as_is.columns.txt'), 'first\nsecond\n')
  return folder
}

/** Has the configured engine collect what is in its storages. */
export async function collectObjects(
  config: Config,
  projectFolder: string,
): Promise<CollectedObjects> {
  const { zones, warehouse } = openStorages(config)
  const workFolder = await makeWorkFolder(config)
  const engine = await openEngine({ config }, { workFolder, run: 'collected', warehouse })
  try {
    await engine.defineSettings({ ...runSettings(config), ...sourceFunctions('', {}) })
    await loadRegistries(engine, contracts)
    const objects = await listRawObjects(zones, config.sources)
    const context = { engine, zones, config, contracts, workFolder, projectFolder }
    const passed = await collect(context, objects)
    return {
      objects: await told(engine),
      passed: Object.fromEntries(
        passed.map(({ object, landedBecause = '' }) => [object.key, landedBecause]),
      ),
    }
  } finally {
    await engine.close()
  }
}

async function told(engine: Engine): Promise<CollectedObjects['objects']> {
  const found: CollectedObjects['objects'] = {}
  const keys = new Map<unknown, string>()
  for (const row of await engine.query('select * from object_reads')) {
    const key = String(row.object_key)
    keys.set(row.object_id, key)
    found[key] = { status: row.status, rows: Number(row.rows_read), problems: [], records: [] }
  }
  const problems = await engine.query(
    'select * from row_problems order by object_id nulls last, row_number nulls last',
  )
  for (const { object_id, row_number, reason, detail } of problems)
    found[keys.get(object_id)!]!.problems.push(
      [row_number, reason, ...(detail ? [detail] : [])].join(' '),
    )
  const records = await engine.query(
    'select * from ad_spend_records order by object_id nulls last, row_number nulls last',
  )
  for (const row of records) found[keys.get(row.object_id)!]!.records.push(recordText(row))
  return found
}

/** An empty field of a CSV is an empty text to one reader and null to another; to a source file both are nothing. */
const recordText = ({ row_number, campaign, ad_group, ad }: Row): string =>
  [row_number, campaign, ad_group, shortened(String(ad).replaceAll(':""', ':null'))]
    .map((value) => (value === '' ? null : value))
    .join(' | ')

const shortened = (text: string): string =>
  text.length > 1000 ? `${text.slice(0, 100)}… ${text.length}` : text
