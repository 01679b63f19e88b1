import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openStorages } from '../storages.js'
import { contractOf, intColumn, keyColumn } from '../testing/contract-of.js'
import { archivedLines, createClicksProject, hashesOf } from '../testing/stream-project.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-stream-model-error-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const contract = contractOf({
  table: 'doors',
  description: 'One row per customer: the highest number of a door that they have opened.',
  custom: { slice: 'customer', published: true },
  columns: { customer_id: keyColumn, door: intColumn },
})

/** With a cast that ends in an error where a page is not called by a number. */
const model = (
  cast: string,
) => `-- One row per customer: the highest number of a door that they have opened.
select customer_id, cast(max(${cast}(replace(page_path, '/door-', '') as int)) as int) as door
from touchpoints
group by customer_id
`

const click = (customer: string, door: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      customer,
      event: 'visit',
      time: '2025-05-01T10:00:00Z',
      page_url: `https://shop.example/door-${door}`,
    }),
  )

test('a model that fails on data ends the stream with 1, takes nothing back of what is released, and goes on once it is mended', async () => {
  const project = await createClicksProject(path.join(folder, 'doors'))
  const projectFolder = path.join(folder, 'acme')
  const modelFile = path.join(projectFolder, 'pipelines', 'insights', 'doors.sql')
  await mkdir(path.dirname(modelFile), { recursive: true })
  await mkdir(path.join(projectFolder, 'schemas'))
  await writeFile(path.join(projectFolder, 'schemas', 'doors.yaml'), contract)
  await writeFile(modelFile, model('cast'))
  const stream = () => project.stream({ projectFolder })

  await project.append('clicks-0', [click('ann', '1'), click('bob', '2')])
  await stream()
  const before = await project.released()
  await project.append('clicks-0', [click('ann', '3'), click('bob', 'secret')])
  for (const _ of ['at first', 'and again']) {
    const error = await stream().catch((caught: unknown) => caught)
    expect(error).toMatchObject({
      code: 'model',
      exitCode: 1,
      at: expect.stringMatching('doors.sql'),
    })
    expect(String(error)).not.toContain('secret')
    expect((await project.released()).release).toBe(before.release)
  }
  const { archive } = openStorages(project.config).zones
  expect(await archivedLines(archive, 'clicks/0')).toHaveLength(4)

  await writeFile(modelFile, model('try_cast'))
  await stream()
  const after = await project.released()
  expect(after.tables.touchpoints!.rows).toBe(4)
  expect(hashesOf(await project.full(projectFolder))).toEqual(hashesOf(after))
}, 600_000)
