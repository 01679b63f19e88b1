import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { endProgress, exitCodeOf, progressOf, reportError } from './commands/report.js'
import { resultText } from './commands/run.js'
import { readConfig } from './config.js'
import { builtInFolder } from './project.js'
import { runJob } from './run.js'
import { writeSample } from './sample/write.js'
import { startDevS3 } from './storage/dev-s3/server.js'
import { openStorage, type Storage } from './storage/storage.js'
import { version } from './version.js'

const folder = 'demo'
const credentials = { accessKeyId: 'demo', secretAccessKey: 'demo-secret' }

/** The main job on sample exports through a local S3 server, whose buckets are the folders of `demo/`. */
async function demo(): Promise<void> {
  for (const bucket of ['raw', 'warehouse'])
    await mkdir(path.join(folder, bucket), { recursive: true })
  const server = await startDevS3({ folder, ...credentials })
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey
  try {
    const config = readConfig(path.join(builtInFolder, 'config', 'demo.yaml'), process.env)
    config.storage.endpoint = server.endpoint
    const raw = openStorage(config.storage.raw, { endpoint: server.endpoint, forcePathStyle: true })
    if ((await readdir(path.join(folder, 'raw'))).length === 0) await writeExports(raw)
    const result = await runJob({ config, version, onProgress: progressOf({}) })
    endProgress({})
    process.stdout.write(`${resultText(result, `${folder}/warehouse`)}\n`)
  } finally {
    await server.close()
  }
}

/** Writes the sample through S3; who is who stays beside it, outside the bucket. */
async function writeExports(raw: Storage): Promise<void> {
  process.stdout.write(
    `Writing sample exports to ${raw.url} (objects are files below ${folder}/raw)\n\n`,
  )
  const beside = openStorage(folder)
  await writeSample({
    write: (key, body) =>
      key.startsWith('raw/') ? raw.write(key.slice('raw/'.length), body) : beside.write(key, body),
  })
}

try {
  await demo()
} catch (error) {
  reportError(error)
  process.exitCode = exitCodeOf(error)
}
