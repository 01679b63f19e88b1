import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { listLogObjects } from '../collect/log-objects.js'
import type { Config } from '../config.js'
import { type Release, readRelease } from '../publish/release.js'
import { runJob } from '../run.js'
import { writeSample } from '../sample/write.js'
import { openStorage, type Storage } from '../storage/storage.js'
import { appendToFileLog, type NewRecord } from '../stream/append-to-file-log.js'
import { type StreamOptions, type StreamResult, streamJob } from '../stream/stream.js'
import { version } from '../version.js'
import { localConfig } from './local-config.js'

/** Logs of a test by `<topic>-<partition>`, and the exports that come as objects. */
export interface StreamSample {
  logs: Map<string, Buffer[]>
  exports: string
}

/** A small sample of so many touchpoints: its web events are the records of a topic, clicks without ids those of another, the rest are objects. */
export async function writeStreamSample(
  folder: string,
  touchpoints: number,
): Promise<StreamSample> {
  await writeSample(openStorage(folder), { touchpoints, folderMarkers: false })
  const exports = path.join(folder, 'raw')
  const logs = new Map<string, Buffer[]>()
  const add = (name: string, value: string) =>
    logs.set(name, [...(logs.get(name) ?? []), Buffer.from(value)])
  const days = (await readdir(path.join(exports, 'segment'))).sort()
  const events: string[] = []
  for (const day of days) {
    const text = gunzipSync(await readFile(path.join(exports, 'segment', day))).toString()
    events.push(...text.trimEnd().split('\n'))
  }
  for (const event of lateLast(events)) add(`web-${Number(partOf(event) < 8)}`, event)
  for (let index = 0; index < 120; index++) add('clicks-0', clickOf(index))
  await rm(path.join(exports, 'segment'), { recursive: true })
  return { logs, exports }
}

/** One in eight comes long after its time. */
const lateLast = (events: readonly string[]): string[] => [
  ...events.filter((event) => partOf(event) % 8 !== 0),
  ...events.filter((event) => partOf(event) % 8 === 0),
]

const partOf = (event: string): number =>
  createHash('sha256')
    .update(JSON.parse(event).anonymousId ?? event)
    .digest()[0]! % 16

/** Equal clicks, and several of one customer at one time, whose order only their places in the log tell. */
const clickOf = (index: number): string =>
  JSON.stringify({
    customer: `c${index % 7}`,
    time: `2025-06-0${1 + (index % 3)}T10:00:00Z`,
    event: ['visit', 'search', 'visit'][index % 3],
    page_url: `https://shop.example/${Math.floor(index / 40)}`,
  })

export interface StreamProject {
  folder: string
  config: Config
  /** Puts records of the sample's logs, from one share of each to another, at the end of the logs. */
  feed(from: number, to: number): Promise<void>
  append(name: string, records: readonly (Buffer | null)[], leaveOut?: number): Promise<void>
  /** Path of a file with the config. */
  configFile: string
  /** Puts objects of the sample into the raw zone, all unless the keys are told. */
  land(isWanted?: (key: string) => boolean): Promise<void>
  stream(options?: Partial<StreamOptions>): Promise<StreamResult>
  full(projectFolder?: string): Promise<Release>
  /** The release that counts. */
  released(): Promise<Release>
}

/** A folder with logs, raw zone, warehouse and state of its own; nothing is in them yet. */
export async function createStreamProject(
  folder: string,
  { logs, exports }: StreamSample,
  stream: Partial<Config['stream']> = {},
): Promise<StreamProject> {
  const config = configOf(folder, stream)
  const logFolder = path.join(folder, 'log')
  await mkdir(logFolder, { recursive: true })
  await mkdir(config.run.work_folder)
  for (const name of logs.keys()) await writeFile(path.join(logFolder, `${name}.ndjson`), '')
  const configFile = path.join(folder, 'my.yaml')
  await writeFile(configFile, JSON.stringify(config))
  const ends = new Map<string, number>()
  const append: StreamProject['append'] = async (name, records, leaveOut = 0) => {
    const [, topic = '', partition] = /^(.*)-(\d+)$/.exec(name)!
    const offset = (ends.get(name) ?? 0) + leaveOut
    await appendToFileLog(
      logFolder,
      { topic, partition: Number(partition) },
      offset,
      records.map((value): NewRecord => ({ key: null, value, timestamp: 0 })),
    )
    ends.set(name, offset + records.length)
  }
  return {
    folder,
    config,
    configFile,
    append,
    async feed(from, to) {
      for (const [name, records] of logs)
        await append(name, records.slice(from * records.length, to * records.length))
    },
    async land(isWanted = () => true) {
      const keys = (await readdir(exports, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(exports, path.join(entry.parentPath, entry.name)))
      for (const key of keys.filter(isWanted)) {
        await mkdir(path.dirname(path.join(folder, 'raw', key)), { recursive: true })
        await cp(path.join(exports, key), path.join(folder, 'raw', key))
      }
    },
    stream: (options) =>
      streamJob({
        config,
        version,
        untilCaughtUp: true,
        signal: new AbortController().signal,
        ...options,
      }),
    async full(projectFolder) {
      const result = await runJob({ config, version, full: true, projectFolder })
      if (result.status !== 'published') throw new Error('expected a release')
      return result.release
    },
    released: async () => (await readRelease(openStorage(config.storage.warehouse)))!.release,
  }
}

/** Such a folder whose one source is the topic `clicks`, of one partition. */
export async function createClicksProject(
  folder: string,
  stream: Partial<Config['stream']> = {},
): Promise<StreamProject> {
  const logs = new Map([['clicks-0', []]])
  const project = await createStreamProject(folder, { logs, exports: folder }, stream)
  project.config.sources = { clicks: { preset: 'event_log', topic: 'clicks' } }
  return project
}

function configOf(folder: string, stream: Partial<Config['stream']>): Config {
  const config = localConfig(folder)
  return {
    ...config,
    run: { ...config.run, work_folder: path.join(folder, 'work') },
    stream: {
      ...config.stream,
      log_folder: path.join(folder, 'log'),
      batch_seconds: 0.1,
      release_every_seconds: 3600,
      ...stream,
    },
    sources: {
      ...config.sources,
      web: { preset: 'segment', topic: 'web' },
      clicks: { preset: 'event_log', topic: 'clicks' },
    },
  }
}

/** Content hashes of the tables, without those that name places. */
export const hashesOf = ({ tables }: Release): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tables)
      .filter(([table]) => !['objects', 'rejected_records'].includes(table))
      .map(([table, { content_hash }]) => [table, content_hash]),
  )

/** Lines of a partition as the archive has them, one an offset; fails where objects hold an offset twice. */
export async function archivedLines(archive: Storage, partition: string): Promise<string[]> {
  const lines: string[] = []
  const [topic = '', number] = partition.split('/')
  const objects = await listLogObjects(archive, '', topic)
  for (const { key, log } of objects.filter(({ log }) => log!.partition === Number(number))) {
    const { first } = log!
    if (first < lines.length) throw new Error(`${key}: expected offset ${lines.length} or later`)
    // Offsets without a record that lie between two objects.
    while (lines.length < first) lines.push('')
    lines.push(...(await archive.readText(key))!.text.trimEnd().split('\n'))
  }
  return lines
}

/** Makes all that is archived an hour older than it is. */
export async function ageArchive({ config }: StreamProject): Promise<void> {
  const folder = path.join(config.storage.warehouse, '_log')
  for await (const { key, modifiedAt } of openStorage(folder).list('')) {
    const before = new Date(modifiedAt.getTime() - 3_600_000)
    await utimes(path.join(folder, key), before, before)
  }
}
