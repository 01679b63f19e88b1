import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { ConnectionOptions } from '@platformatic/kafka'
import { ThroughlineError } from '../../errors.js'

/** How to reach the brokers. Secrets are in the environment; here are the names of its variables. */
export interface KafkaOptions {
  /** `host:port` of some brokers; the others are learnt from them. */
  brokers: readonly string[]
  clientId?: string
  /** Shares the partitions with the other members of this consumer group; without one, all of them are read. */
  group?: string
  tls?: KafkaTls
  sasl?: KafkaSasl
  /** How long one connection or request may take. */
  requestMilliseconds?: number
}

/** Encrypted connections, with PEM files where the system's authorities are not enough. */
export interface KafkaTls {
  authorityFile?: string
  certificateFile?: string
  keyFile?: string
}

export interface KafkaSasl {
  mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  usernameVariable: string
  passwordVariable: string
}

/** The name that brokers' logs and quotas know this process by. */
export const clientName = ({ clientId = 'throughline' }: KafkaOptions): string => clientId

/** Options of a whole client: failures are borne with in one place, `createPatience`, so it tries once. */
export const clientOptions = (options: KafkaOptions) => ({
  ...connectionOptions(options),
  clientId: clientName(options),
  bootstrapBrokers: [...options.brokers],
  retries: 0,
})

type Environment = Readonly<Record<string, string | undefined>>

/** What the client needs of these options, with secrets and certificates in place; throws `config` without them. */
export function connectionOptions(
  { brokers, tls, sasl, requestMilliseconds = 30_000 }: KafkaOptions,
  environment: Environment = process.env,
): ConnectionOptions {
  return {
    connectTimeout: Math.min(10_000, requestMilliseconds),
    requestTimeout: requestMilliseconds,
    ...(tls === undefined ? {} : { tls: tlsOptions(tls), tlsServerName: !brokers.some(isAddress) }),
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl, environment) }),
  }
}

/** An address may not stand for a server's name in TLS. */
const isAddress = (broker: string): boolean => isIP(broker.replace(/:\d+$/, '')) !== 0

const tlsOptions = ({ authorityFile, certificateFile, keyFile }: KafkaTls) => ({
  ...(authorityFile === undefined ? {} : { ca: readPem(authorityFile) }),
  ...(certificateFile === undefined ? {} : { cert: readPem(certificateFile) }),
  ...(keyFile === undefined ? {} : { key: readPem(keyFile) }),
})

const saslOptions = (
  { mechanism, usernameVariable, passwordVariable }: KafkaSasl,
  environment: Environment,
) => ({
  mechanism,
  username: secretOf(usernameVariable, environment),
  password: secretOf(passwordVariable, environment),
})

function secretOf(variable: string, environment: Environment): string {
  const value = environment[variable]
  if (value !== undefined && value !== '') return value
  throw new ThroughlineError({
    code: 'config',
    at: variable,
    expected: 'a credential for Kafka in this environment variable',
    found: value === undefined ? 'no such variable' : 'an empty one',
    remedy: 'Set the variable, or correct its name in the config.',
  })
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new ThroughlineError({
      code: 'config',
      at: file,
      expected: 'a PEM file that can be read',
      found: (cause as NodeJS.ErrnoException).code ?? 'an error',
      remedy: 'Correct the path in the config, or the rights of the file.',
      cause,
    })
  }
}
