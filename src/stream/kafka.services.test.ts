import { afterAll, beforeAll } from '@jest/globals'
import { type KafkaUnderTest, openKafkaUnderTest } from '../testing/kafka-under-test.js'
import { connectionSuite } from './kafka/connection.suite.js'
import { contentSuite } from './kafka/content.suite.js'
import { interruptionSuite } from './kafka/interruption.suite.js'
import { logSourceSuite } from './log-source.suite.js'

let kafka: KafkaUnderTest
beforeAll(async () => {
  kafka = await openKafkaUnderTest()
})
afterAll(() => kafka?.close())

logSourceSuite('Apache Kafka', async () => ({ ...kafka, close: async () => undefined }))
contentSuite(() => kafka)
connectionSuite(() => kafka)
interruptionSuite(() => kafka)
