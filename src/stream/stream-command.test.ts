import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, test } from '@jest/globals'
import { runJob } from '../run.js'
import { compileCli } from '../testing/compile-cli.js'
import { freePort } from '../testing/free-port.js'
import { startStream } from '../testing/stream-process.js'
import { takeStreamSample } from '../testing/take-stream-sample.js'
import { version } from '../version.js'

const streams = takeStreamSample()
let cli = ''
beforeAll(async () => {
  cli = await compileCli(path.join(streams.folder, 'package'))
})

test('a stream runs until it is told to end, says what it does, and publishes what it has', async () => {
  const port = await freePort()
  const project = await streams.create('command', {
    metrics_port: port,
  })
  const get = async (page: string) => (await fetch(`http://127.0.0.1:${port}${page}`)).text()
  await project.land()
  await project.feed(0, 0.5)
  const stream = startStream(cli, project.configFile)
  await stream.said('release')
  await expect(project.stream()).rejects.toMatchObject({ code: 'lock', exitCode: 4 })
  await expect(project.full()).rejects.toMatchObject({ code: 'lock', exitCode: 4 })
  await project.feed(0.5, 1)
  while (!(await get('/metrics')).includes('throughline_batches_total 2')) await sleep(50)
  expect(JSON.parse(await get('/health'))).toMatchObject({ healthy: true })
  stream.kill('SIGTERM')
  const { code, stdout, lines } = await stream.ended
  expect(code).toBe(0)
  const result = JSON.parse(stdout)
  expect(result).toMatchObject({
    status: 'stopped',
    releases: [expect.any(String), expect.any(String)],
  })
  const batches = lines.filter(({ msg }) => msg === 'batch')
  expect(batches).toHaveLength(result.batches)
  expect(batches[0]).toMatchObject({
    level: 'info',
    objects: expect.any(Number),
    rowsRead: expect.any(Number),
    rowsRejected: expect.any(Number),
    customersTouched: expect.any(Number),
    lag: 0,
    seconds: expect.any(Number),
  })
  expect((await project.released()).release).toBe(result.releases[1])
  expect((await runJob({ config: project.config, version })).status).toBe('nothing_new')
}, 600_000)
