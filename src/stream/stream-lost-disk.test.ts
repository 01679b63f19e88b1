import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { hashesOf, type StreamProject } from '../testing/stream-project.js'
import { takeStreamSample } from '../testing/take-stream-sample.js'

/*
 * The disk with the kept tables is lost, and the stream goes on from a checkpoint that is older than what it has read and
 * released by then.
 */

const streams = takeStreamSample()

/** Deletes of every log all that has been fed so far but the last few records, as retention does. */
async function forgetRead({ config }: StreamProject): Promise<void> {
  for (const name of streams.sample.logs.keys()) {
    const file = path.join(config.stream.log_folder, `${name}.ndjson`)
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    const left = lines.slice(-2)
    const { offset } = JSON.parse(left[0]!)
    await writeFile(file, [JSON.stringify({ start: offset }), ...left, ''].join('\n'))
  }
}

test('records after the checkpoint are read again of the archive, also where the log has them no more', async () => {
  const project = await streams.create('replay')
  const notices: string[] = []
  const onNotice = (notice: string) => notices.push(notice)
  await project.land((key) => !key.startsWith('delighted'))
  await project.feed(0, 0.4)
  const [checkpointed] = (await project.stream({ onNotice })).releases
  await project.land((key) => key.startsWith('delighted'))
  await project.feed(0.4, 0.7)
  await project.stream({ onNotice })
  // The next checkpoint is not due yet.
  expect(notices).toEqual([expect.stringContaining(`Checkpoint of release ${checkpointed}: `)])
  const before = await project.released()
  await rm(project.config.run.state_folder, { recursive: true })
  await forgetRead(project)
  await project.feed(0.7, 1)
  const again = await project.stream({ onNotice })
  expect(notices[1]).toContain(`from the checkpoint of release ${checkpointed}: `)
  const rows = [...streams.sample.logs.values()].flat().length
  expect(again.rows).toBeGreaterThan(0.55 * rows)
  expect(again.rows).toBeLessThan(rows)
  const streamed = await project.released()
  expect(streamed.tables.touchpoints!.rows).toBeGreaterThan(before.tables.touchpoints!.rows)
  expect(hashesOf(await project.full())).toEqual(hashesOf(streamed))
}, 900_000)
