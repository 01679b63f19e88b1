import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { createCaller, type LogUnderTest, recordOf, textsOf } from '../testing/log-under-test.js'
import { appendToFileLog } from './append-to-file-log.js'
import { openFileLog, partitionFile } from './file-log.js'
import type { FileLogLine } from './file-log-lines.js'
import type { Partition } from './log-source.js'
import { logSourceSuite } from './log-source.suite.js'

logSourceSuite('a log in files', openFiles)

test('a line that is still being written is not read yet', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'file-log-'))
  const partition = { topic: 'events', partition: 0 }
  await appendToFileLog(folder, partition, 0, [recordOf('whole')])
  const line = `${JSON.stringify({ offset: 1, timestamp: 0, key: null, value: 'in two parts' })}\n`
  await appendFile(partitionFile(folder, partition), line.slice(0, 20))
  const caller = createCaller('events', (options) => openFileLog(folder, options))
  await caller.open()
  await caller.poll({ milliseconds: 50 })
  expect(textsOf(caller.seen)).toEqual(['whole'])
  await appendFile(partitionFile(folder, partition), line.slice(20))
  await caller.poll({ milliseconds: 50 })
  expect(textsOf(caller.seen)).toEqual(['whole', 'in two parts'])
  await caller.close()
  await rm(folder, { recursive: true })
})

async function openFiles(): Promise<LogUnderTest> {
  const folder = await mkdtemp(path.join(tmpdir(), 'file-log-suite-'))
  let members = 1
  let revision = 0
  const linesOf = async (partition: Partition): Promise<FileLogLine[]> => {
    const text = await readFile(partitionFile(folder, partition), 'utf8')
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
  }
  const endOf = async (partition: Partition): Promise<number> =>
    ((await linesOf(partition)).at(-1)?.offset ?? -1) + 1
  const growTopic = async (topic: string, partitions: number): Promise<void> => {
    for (let partition = 0; partition < partitions; partition++) {
      await appendFile(partitionFile(folder, { topic, partition }), '')
    }
  }
  return {
    createTopic: growTopic,
    growTopic,
    append: async (partition, records) =>
      appendToFileLog(folder, partition, await endOf(partition), records),
    async leaveGap(partition) {
      const line: FileLogLine = { offset: await endOf(partition) }
      await appendFile(partitionFile(folder, partition), `${JSON.stringify(line)}\n`)
    },
    async deleteBefore(partition, start) {
      const kept = (await linesOf(partition)).filter(({ offset }) => offset! >= start)
      const lines: FileLogLine[] = [{ start }, ...kept]
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
      await writeFile(partitionFile(folder, partition), text)
    },
    open: (options) => openFileLog(folder, options),
    openMember: (options) =>
      openFileLog(folder, {
        ...options,
        assign: (all) => ({
          revision,
          partitions: all.filter(({ partition }) => partition % members === 0),
        }),
      }),
    async addMember() {
      members++
      revision++
      return async () => {
        members--
        revision++
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
