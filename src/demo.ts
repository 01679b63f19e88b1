import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { endProgress, exitCodeOf, progressOf, reportError } from './commands/report.js'
import { resultText } from './commands/run.js'
import { readConfig } from './config.js'
import { builtInFolder } from './project.js'
import { runJob } from './run.js'
import { writeSample } from './sample/write.js'
import { withDevS3 } from './storage/dev-s3/with-dev-s3.js'
import { openStorage, type Storage } from './storage/storage.js'
import { version } from './version.js'

const folder = 'demo'

/** The main job on sample exports through a local S3 server, whose buckets are the folders of `demo/`. */
const demo = (): Promise<void> =>
  withDevS3(folder, ['raw', 'warehouse'], async (endpoint) => {
    const config = readConfig(path.join(builtInFolder, 'config', 'demo.yaml'), process.env)
    config.storage.endpoint = endpoint
    const raw = openStorage(config.storage.raw, { endpoint, forcePathStyle: true })
    if ((await readdir(path.join(folder, 'raw'))).length === 0) await writeExports(raw)
    const result = await runJob({ config, version, onProgress: progressOf({}) })
    endProgress({})
    process.stdout.write(`${resultText(result, `${folder}/warehouse`)}\n`)
  })

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
