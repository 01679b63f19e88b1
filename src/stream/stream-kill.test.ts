import { readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, test } from '@jest/globals'
import { openStorages } from '../storages.js'
import { compileCli } from '../testing/compile-cli.js'
import { type Ended, startStream } from '../testing/stream-process.js'
import {
  ageArchive,
  archivedLines,
  hashesOf,
  type StreamProject,
} from '../testing/stream-project.js'
import { takeStreamSample } from '../testing/take-stream-sample.js'

const kills = Number(process.env.THROUGHLINE_STREAM_KILLS ?? 5)

const streams = takeStreamSample()
let cli = ''
beforeAll(async () => {
  cli = await compileCli(path.join(streams.folder, 'package'))
})

test(`a stream that is killed at any moment loses nothing and counts nothing twice (${kills} times)`, async () => {
  const project = await streams.create('kills', {
    batch_records: 60,
    release_every_seconds: 3,
    poll_objects_seconds: 1,
  })
  await project.land((key) => !key.startsWith('klaviyo'))
  const begin = Date.now()
  const first = startStream(cli, project.configFile)
  await first.said('release')
  const roundMilliseconds = Date.now() - begin
  first.kill('SIGKILL')
  await first.ended
  for (let kill = 1; kill <= kills; kill++) {
    await project.feed((kill - 1) / kills, kill / kills)
    if (kill === Math.ceil(kills / 2)) {
      await project.land()
      await ageArchive(project)
    }
    const stream = startStream(cli, project.configFile)
    await sleep(Math.random() * roundMilliseconds * 1.5)
    stream.kill('SIGKILL')
    expect(await stream.ended).toMatchObject({ signal: 'SIGKILL' })
  }
  await expectAllAtTheEnd(project)
}, 3_600_000)

/** Loses what is kept; who held the lease is still known, so that nobody has to wait until it expires. */
async function loseDisk({ config }: StreamProject): Promise<void> {
  const [warehouse] = await readdir(config.run.state_folder)
  const state = path.join(config.run.state_folder, warehouse!)
  for (const name of await readdir(state))
    if (name !== 'holders.json') await rm(path.join(state, name), { recursive: true })
}

const losses = Math.ceil(kills / 2)

test(`nor does one whose disk is lost with every kill (${losses} times)`, async () => {
  const project = await streams.create('losses', {
    batch_records: 60,
    release_every_seconds: 1,
  })
  project.config.stream.checkpoint_minutes = 0
  await writeFile(project.configFile, JSON.stringify(project.config))
  await project.land()
  await project.feed(0, 0.2)
  const begin = Date.now()
  await project.stream()
  const roundMilliseconds = Date.now() - begin
  await loseDisk(project)
  for (let loss = 1; loss <= losses; loss++) {
    await project.feed(0.2 + (0.8 * (loss - 1)) / losses, 0.2 + (0.8 * loss) / losses)
    const stream = startStream(cli, project.configFile)
    await sleep(Math.random() * roundMilliseconds * 2)
    stream.kill('SIGKILL')
    await stream.ended
    await loseDisk(project)
  }
  const { lines } = await expectAllAtTheEnd(project)
  expect(lines.map(({ msg }) => msg)).toContainEqual(expect.stringMatching(/^Restored/))
}, 3_600_000)

/** Takes in what is left, and asserts that the archive has each record once and the tables are those of a full run. */
async function expectAllAtTheEnd(project: StreamProject): Promise<Ended> {
  const last = await startStream(cli, project.configFile, ['--until-caught-up']).ended
  expect(last).toMatchObject({ code: 0, stdout: expect.stringContaining('"caught_up"') })
  const { archive } = openStorages(project.config).zones
  for (const [name, records] of streams.sample.logs)
    expect(await archivedLines(archive, name.replace('-', '/'))).toEqual(records.map(String))
  const streamed = await project.released()
  expect(streamed.tables.touchpoints!.rows).toBeGreaterThan(500)
  expect(hashesOf(await project.full())).toEqual(hashesOf(streamed))
  return last
}
