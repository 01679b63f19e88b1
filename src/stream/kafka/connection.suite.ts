import { afterEach, describe, expect, test } from '@jest/globals'
import { freePort } from '../../testing/free-port.js'
import { kafkaUser } from '../../testing/kafka-settings.js'
import type { KafkaUnderTest } from '../../testing/kafka-under-test.js'
import { createCaller, recordOf, textsOf } from '../../testing/log-under-test.js'
import { openKafkaLog } from './kafka-log.js'
import type { KafkaOptions, KafkaSasl } from './kafka-options.js'

const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

const saslOf = (mechanism: KafkaSasl['mechanism']): KafkaSasl => ({
  mechanism,
  usernameVariable: 'KAFKA_USER',
  passwordVariable: 'KAFKA_PASSWORD',
})

/** How brokers are reached, and what is said when they are not. */
export function connectionSuite(kafka: () => KafkaUnderTest): void {
  describe('connections to Kafka', () => {
    const topic = 'connections'
    let written = 0
    afterEach(() => {
      delete process.env.KAFKA_USER
      delete process.env.KAFKA_PASSWORD
    })

    function logIn(password = kafkaUser.password): void {
      process.env.KAFKA_USER = kafkaUser.name
      process.env.KAFKA_PASSWORD = password
    }

    async function readOne(options: KafkaOptions): Promise<void> {
      if (written === 0) await kafka().createTopic(topic, 1)
      const text = `record ${written++}`
      await kafka().append({ topic, partition: 0 }, [recordOf(text)])
      const caller = createCaller(topic, (read) => openKafkaLog(options, read))
      caller.offsets.set(0, written - 1)
      await caller.open()
      await caller.pollUntil(() => caller.seen.length > 0)
      await caller.close()
      expect(textsOf(caller.seen)).toEqual([text])
    }

    const passwordOptions = (mechanism: KafkaSasl['mechanism']): KafkaOptions => ({
      brokers: [kafka().broker.addresses.password],
      sasl: saslOf(mechanism),
    })
    const encryptedOptions = (tls: KafkaOptions['tls']): KafkaOptions => ({
      brokers: [kafka().broker.addresses.encrypted],
      sasl: saslOf('SCRAM-SHA-512'),
      ...(tls === undefined ? {} : { tls }),
    })

    test.each(mechanisms)('user and password, %s', async (mechanism) => {
      logIn()
      await readOne(passwordOptions(mechanism))
    })

    test.each(mechanisms)('a wrong password is refused, and not shown, %s', async (mechanism) => {
      logIn('an old password')
      const failure = readOne(passwordOptions(mechanism))
      await expect(failure).rejects.toMatchObject({
        code: 'source',
        found: expect.stringContaining('credentials that the broker refuses'),
        message: expect.not.stringContaining('an old password'),
        retryable: false,
      })
    })

    test('encrypted, with an authority of one’s own', async () => {
      logIn()
      await readOne(encryptedOptions({ authorityFile: kafka().broker.certificateFile }))
    })

    test('a certificate that nobody vouches for is refused', async () => {
      logIn()
      await expect(readOne(encryptedOptions({}))).rejects.toMatchObject({
        code: 'source',
        found: expect.stringContaining('a certificate that is not trusted here'),
        retryable: false,
      })
    })

    test('no credentials in the environment: the error names the variable', async () => {
      await expect(readOne(passwordOptions('PLAIN'))).rejects.toMatchObject({
        code: 'config',
        at: 'KAFKA_USER',
      })
    })

    test('a broker that is not there is an error that names it', async () => {
      const brokers = [`127.0.0.1:${await freePort()}`]
      await expect(readOne({ brokers })).rejects.toMatchObject({
        code: 'source',
        at: brokers[0],
        found: 'no answer (PLT_KFK_NETWORK, ECONNREFUSED)',
        retryable: true,
      })
    })
  })
}
