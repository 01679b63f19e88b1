import { statSync } from 'node:fs'
import type { Config } from '../config.js'
import type { Problem } from '../errors.js'
import { canKeep } from '../prepare.js'
import { stateFolderOf } from '../state/state-folder.js'
import { topicsOf } from './open-stream-log.js'

/** What contradicts itself in the settings of logs. */
export const logProblems = (config: Config): Problem[] => [
  ...twoLogsProblems(config),
  ...sharedTopicProblems(config),
  ...certificateProblems(config),
]

function twoLogsProblems({ kafka, stream }: Config): Problem[] {
  if (kafka.brokers === '' || stream.log_folder === '') return []
  return [
    {
      at: 'stream.log_folder',
      expected: 'nothing, since kafka.brokers names brokers',
      found: stream.log_folder,
      remedy: 'Leave one of the two empty: topics are read from Kafka or from a folder.',
    },
  ]
}

function sharedTopicProblems({ sources }: Config): Problem[] {
  const named = Object.entries(sources).filter(([, { topic }]) => topic !== undefined)
  return named.flatMap(([name, { topic }], index) => {
    const [other] = named.slice(0, index).find(([, source]) => source.topic === topic) ?? []
    if (other === undefined) return []
    return [
      {
        at: `sources.${name}.topic`,
        expected: 'a topic that no other source reads',
        found: `${topic}, the topic of ${other}`,
        remedy: 'Let one source read the topic: else each of its records counts twice.',
      },
    ]
  })
}

const certificateKeys = ['authority_file', 'certificate_file', 'key_file'] as const

function certificateProblems({ kafka }: Config): Problem[] {
  const given = certificateKeys.filter((key) => kafka[key] !== '')
  if (given.length > 0 && !kafka.tls)
    return given.map((key) => ({
      at: `kafka.${key}`,
      expected: 'nothing, since kafka.tls is false',
      found: kafka[key],
      remedy: 'Set kafka.tls, or leave the file out.',
    }))
  if ((kafka.certificate_file === '') === (kafka.key_file === '')) return []
  return [
    {
      at: kafka.key_file === '' ? 'kafka.key_file' : 'kafka.certificate_file',
      expected: 'a file, since a certificate and its key belong together',
      found: 'nothing',
      remedy: 'Name both files, or none.',
    },
  ]
}

/** Why a stream in particular could not follow a config. */
export const streamProblems = async (config: Config): Promise<Problem[]> => [
  ...noLogProblems(config),
  ...logFolderProblems(config),
  ...noStateProblems(config),
  ...(await noKeepingProblems(config)),
]

function noLogProblems(config: Config): Problem[] {
  const { kafka, stream } = config
  if (topicsOf(config).length === 0 || kafka.brokers !== '' || stream.log_folder !== '') return []
  return [
    {
      at: 'kafka.brokers',
      expected: `brokers that have the topics of sources (${topicsOf(config).join(', ')})`,
      found: 'none',
      remedy: 'Name some brokers as host:port, comma separated.',
    },
  ]
}

/** A folder of logs that is not there. */
export function logFolderProblems({ stream }: Config): Problem[] {
  const folder = stream.log_folder
  if (folder === '' || statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return [
    {
      at: 'stream.log_folder',
      expected: 'a folder that exists',
      found: folder,
      remedy: 'Make the folder, or correct its path.',
    },
  ]
}

async function noKeepingProblems(config: Config): Promise<Problem[]> {
  if (await canKeep(config)) return []
  return [
    {
      at: 'engine.kind',
      expected: 'an engine that keeps tables from batch to batch',
      found: config.engine.kind,
      remedy: 'Stream with another engine, or let `run` make all tables anew on a schedule.',
    },
  ]
}

function noStateProblems(config: Config): Problem[] {
  if (stateFolderOf(config) !== undefined) return []
  return [
    {
      at: 'run.state_folder',
      expected: 'a folder, in which the stream keeps its tables from batch to batch',
      found: config.run.state_folder,
      remedy: 'Name a folder, or leave the key empty.',
    },
  ]
}
