import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openStorages } from '../storages.js'
import { kafkaUser } from '../testing/kafka-settings.js'
import { type KafkaUnderTest, openKafkaUnderTest } from '../testing/kafka-under-test.js'
import { recordOf } from '../testing/log-under-test.js'
import { archivedLines, hashesOf } from '../testing/stream-project.js'
import { takeStreamSample } from '../testing/take-stream-sample.js'

const streams = takeStreamSample()
let kafka: KafkaUnderTest
beforeAll(async () => {
  kafka = await openKafkaUnderTest()
  process.env.KAFKA_USERNAME = kafkaUser.name
  process.env.KAFKA_PASSWORD = kafkaUser.password
})
afterAll(async () => {
  await kafka?.close()
})

test('topics of Apache Kafka, read with a password over TLS, give the tables of a full run', async () => {
  const project = await streams.create('project', {
    batch_records: 200,
    log_folder: '',
  })
  project.config.kafka = {
    ...project.config.kafka,
    brokers: kafka.broker.addresses.encrypted,
    tls: true,
    authority_file: kafka.broker.certificateFile,
    sasl_mechanism: 'SCRAM-SHA-512',
  }
  const append = async (from: number, to: number) => {
    for (const [name, records] of streams.sample.logs) {
      const [topic = '', partition] = name.split('-')
      const at = { topic, partition: Number(partition) }
      const part = records.slice(from * records.length, to * records.length)
      await kafka.append(
        at,
        part.map((value) => recordOf(value)),
      )
      await kafka.leaveGap(at)
    }
  }
  await kafka.createTopic('web', 2)
  await kafka.createTopic('clicks', 1)
  await project.land()
  await append(0, 0.5)
  const first = await project.stream()
  await kafka.append({ topic: 'clicks', partition: 0 }, [recordOf('poison'), recordOf(null)])
  await append(0.5, 1)
  const stop = new AbortController()
  const second = await project.stream({
    untilCaughtUp: false,
    signal: stop.signal,
    // While the next poll waits for records that do not come.
    onTurn: (lag) => void (lag === 0 && setTimeout(() => stop.abort(), 50)),
  })
  expect([first.status, second.status]).toEqual(['caught_up', 'stopped'])
  expect(first.batches + second.batches).toBeGreaterThan(3)
  const { archive } = openStorages(project.config).zones
  const expected = [...streams.sample.logs.get('clicks-0')!.map(String), 'poison'].sort()
  const archived = (await archivedLines(archive, 'clicks/0')).filter((line) => line !== '')
  expect(archived.sort()).toEqual(expected)
  const streamed = await project.released()
  expect(streamed.tables.touchpoints!.rows).toBeGreaterThan(500)
  expect(hashesOf(await project.full())).toEqual(hashesOf(streamed))
})
