import type { Config } from '../config.js'
import { openFileLog } from './file-log.js'
import type { KafkaOptions } from './kafka/kafka-options.js'
import type { LogSource, ReadOptions } from './log-source.js'

export const topicsOf = ({ sources }: Pick<Config, 'sources'>): string[] =>
  Object.values(sources).flatMap(({ topic }) => topic ?? [])

/** Opens the topics of the sources; undefined when none has one. Throws `source` when they cannot be read. */
export async function openStreamLog(
  config: Config,
  options: Pick<ReadOptions, 'startOf' | 'skipLost'>,
): Promise<LogSource | undefined> {
  const topics = topicsOf(config)
  if (topics.length === 0) return undefined
  const read = { topics, ...options }
  if (config.stream.log_folder !== '') return openFileLog(config.stream.log_folder, read)
  // The client takes longer to load than all else of a run, and only streams of topics need it.
  const { openKafkaLog } = await import('./kafka/kafka-log.js')
  return openKafkaLog(kafkaOptions(config), read)
}

function kafkaOptions({ kafka }: Config): KafkaOptions {
  const { brokers, tls, sasl_mechanism: mechanism } = kafka
  const files = {
    authorityFile: kafka.authority_file,
    certificateFile: kafka.certificate_file,
    keyFile: kafka.key_file,
  }
  const given = Object.fromEntries(Object.entries(files).filter(([, file]) => file !== ''))
  return {
    brokers: brokers.split(','),
    ...(tls ? { tls: given } : {}),
    ...(mechanism === 'none'
      ? {}
      : {
          sasl: {
            mechanism,
            usernameVariable: 'KAFKA_USERNAME',
            passwordVariable: 'KAFKA_PASSWORD',
          },
        }),
  }
}
