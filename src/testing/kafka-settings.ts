import path from 'node:path'

/** Users and passwords of the test broker; they are no secrets. */
export const kafkaUser = { name: 'reader', password: 'not a secret' }
export const storePassword = 'not a secret'

export interface KafkaPorts {
  /** Anybody may connect. */
  open: number
  /** PLAIN and SCRAM. */
  password: number
  /** The same, encrypted. */
  encrypted: number
  controller: number
}

/** The broker's `server.properties`: one node, which is its own controller, with topics that compact at once. */
export function kafkaSettings(folder: string, ports: KafkaPorts): string {
  const settings = {
    ...nodeSettings(folder, ports),
    ...listenerSettings(ports),
    ...passwordSettings('password'),
    ...passwordSettings('encrypted'),
    'listener.name.encrypted.ssl.keystore.type': 'PKCS12',
    'listener.name.encrypted.ssl.keystore.location': path.join(folder, 'broker.p12'),
    'listener.name.encrypted.ssl.keystore.password': storePassword,
  }
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

const nodeSettings = (folder: string, { controller }: KafkaPorts) => ({
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.quorum.bootstrap.servers': `127.0.0.1:${controller}`,
  'log.dirs': path.join(folder, 'logs'),
  'message.max.bytes': 10_000_000,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 1,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.num.partitions': 1,
  'transaction.state.log.min.isr': 1,
  'group.initial.rebalance.delay.ms': 0,
  'log.cleaner.backoff.ms': 200,
  // A broker that was killed may come back when its old self counts as gone.
  'broker.session.timeout.ms': 2_000,
  'broker.heartbeat.interval.ms': 500,
})

function listenerSettings({ open, password, encrypted, controller }: KafkaPorts) {
  const advertised = [
    `OPEN://127.0.0.1:${open}`,
    `PASSWORD://127.0.0.1:${password}`,
    `ENCRYPTED://127.0.0.1:${encrypted}`,
  ].join(',')
  return {
    listeners: `${advertised},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': advertised,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'OPEN',
    'listener.security.protocol.map':
      'OPEN:PLAINTEXT,CONTROLLER:PLAINTEXT,PASSWORD:SASL_PLAINTEXT,ENCRYPTED:SASL_SSL',
  }
}

function passwordSettings(listener: string): Record<string, string> {
  const modules = 'org.apache.kafka.common.security'
  const { name, password } = kafkaUser
  const of = `listener.name.${listener}`
  const scram = `${modules}.scram.ScramLoginModule required;`
  return {
    [`${of}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    [`${of}.plain.sasl.jaas.config`]: `${modules}.plain.PlainLoginModule required user_${name}="${password}";`,
    [`${of}.scram-sha-256.sasl.jaas.config`]: scram,
    [`${of}.scram-sha-512.sasl.jaas.config`]: scram,
  }
}
