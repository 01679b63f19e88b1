import type { ErrorFields } from '../../../errors.js'
import { tokenVariable } from './connection-string.js'
import type { Fault } from './fault.js'
import { isAboutTls, ofClass, ofStatus, saying } from './fault-kinds.js'

/** What a kind of fault means to a user. */
export interface Explanation {
  applies: (fault: Fault) => boolean
  code: ErrorFields['code']
  expected: string
  /** Else the server's own words. */
  found?: string
  remedy: string
  retryable?: boolean
}

const ofSession: readonly Explanation[] = [
  {
    applies: ofClass('OPERATION_ABANDONED', 'OPERATION_ALREADY_EXISTS'),
    code: 'conflict',
    expected: 'a statement that this session has not run',
    found: 'one that is already done: its operation has ended, well or not',
    remedy: 'Look whether what it makes is there: go on if so, else run it under another name.',
  },
  {
    applies: ofClass('OPERATION_CANCELED'),
    code: 'conflict',
    expected: 'a statement that runs to its end',
    found: 'one that somebody interrupted',
    remedy: 'Run again, unless it was interrupted on purpose.',
  },
  {
    applies: ofClass('SESSION_CHANGED', 'SESSION_NOT_FOUND', 'SESSION_CLOSED'),
    code: 'source',
    expected: 'the session that this run began',
    found: 'a server that does not have it: it was restarted, or the session was closed',
    remedy:
      'Run again in a new session: temporary views, functions and settings of this one are gone.',
    retryable: true,
  },
  {
    applies: ofClass('OPERATION_NOT_FOUND', 'POSITION_NOT_FOUND', 'POSITION_NOT_AVAILABLE'),
    code: 'source',
    expected: 'a server that keeps a statement until its result is read',
    found: 'one that dropped it',
    remedy:
      'Run again; read without long pauses, or raise spark.connect.execute.manager.detachedTimeout.',
    retryable: true,
  },
]

const ofSettings: readonly Explanation[] = [
  {
    applies: ({ errorClass = '' }) => errorClass.startsWith('CANNOT_MODIFY_CONFIG'),
    code: 'config',
    expected: 'in engine.spark.settings what a session may set',
    remedy: 'Set it where the server is started.',
  },
]

const ofTheWay: readonly Explanation[] = [
  {
    applies: ofStatus('UNAUTHENTICATED'),
    code: 'source',
    expected: 'a token that the server accepts',
    remedy: `Correct the token in ${tokenVariable} of the environment.`,
  },
  {
    applies: ofStatus('PERMISSION_DENIED'),
    code: 'source',
    expected: 'access to the server',
    remedy: 'Give this user access, or name another in the connection string.',
  },
  {
    applies: ({ status, message }) =>
      status === 'UNAVAILABLE' && /wrong version number/i.test(message),
    code: 'source',
    expected: 'TLS, which use_ssl=true or a token asks for',
    found: 'a server that answers without it',
    remedy:
      'Put a proxy with TLS before the server and name that; on this machine, say use_ssl=false.',
  },
  {
    applies: (fault) => fault.status === 'UNAVAILABLE' && isAboutTls(fault.message),
    code: 'source',
    expected: 'a certificate that is trusted here and names the host',
    remedy: 'Trust its authority (NODE_EXTRA_CA_CERTS), or correct host and use_ssl.',
  },
  {
    applies: ofStatus('UNAVAILABLE', 'DEADLINE_EXCEEDED'),
    code: 'source',
    expected: 'an answer',
    remedy: 'Check that the server runs, its address, and use_ssl, then run again.',
    retryable: true,
  },
  {
    applies: ofStatus('UNIMPLEMENTED'),
    code: 'source',
    expected: 'a Spark Connect server of Apache Spark 4.1 or newer',
    remedy: 'Correct the address, or use a newer server.',
  },
  {
    applies: ofStatus('RESOURCE_EXHAUSTED'),
    code: 'machine',
    expected: 'messages and requests within the limits of client and server',
    remedy: 'Return fewer or smaller rows, or lower spark.connect.grpc.arrow.maxBatchSize.',
  },
]

const ofTheCluster: readonly Explanation[] = [
  {
    applies: saying(
      /ClassNotFoundException: Class org\.apache\.hadoop\.fs|No FileSystem for scheme/,
    ),
    code: 'source',
    expected: 'a cluster that can read the store',
    remedy: 'Give the cluster hadoop-aws of its own version of Hadoop, and the AWS SDK bundle.',
  },
  {
    applies: saying(
      /AccessDenied|Access ?Denied|Forbidden|status code:? 403|NoSuchBucket|UnknownStoreException|SdkClientException|UnknownHostException/i,
    ),
    code: 'source',
    expected: 'objects that the cluster may read and write',
    remedy: 'Check the bucket, the endpoint and the rights of the cluster.',
  },
  {
    applies: saying(/No space left on device/i),
    code: 'machine',
    expected: 'room on the disks of the cluster',
    remedy: 'Free space in spark.local.dir of driver and executors, then run again.',
    retryable: true,
  },
  {
    applies: saying(/OutOfMemoryError|UNABLE_TO_ACQUIRE_MEMORY|ExecutorLostFailure|exit code 137/i),
    code: 'machine',
    expected: 'memory enough on driver and executors',
    remedy: 'Raise spark.executor.memory or spark.driver.memory, or spark.sql.shuffle.partitions.',
    retryable: true,
  },
  {
    applies: ({ errorClass, classes }) => errorClass === undefined && classes.length === 0,
    code: 'machine',
    expected: 'a server that says what is wrong',
    remedy: 'Look at the log of the server.',
  },
]

/** The first that applies explains a fault; where none does, the SQL is at fault. */
export const explanations: readonly Explanation[] = [
  ...ofSession,
  ...ofSettings,
  ...ofTheWay,
  ...ofTheCluster,
]
