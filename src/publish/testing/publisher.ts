import { readFile } from 'node:fs/promises'
import { openLocal } from '../../storage/local.js'
import { publishSample } from './publish-sample.js'
import type { SampleReleases } from './sample-releases.js'

// A program to be killed: publishes two releases in turn for ever, and says so before each.
const [warehouse = '', releasesFile = ''] = process.argv.slice(2)
const outputs = JSON.parse(await readFile(releasesFile, 'utf8')) as SampleReleases['outputs']
const storage = openLocal(warehouse)
for (let round = 0; ; round++) {
  process.stdout.write(`${round}\n`)
  await publishSample(storage, outputs[round % 2 === 0 ? 0 : 1], { leaseSeconds: 0.5 })
}
