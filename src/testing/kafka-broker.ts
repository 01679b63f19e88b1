import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.js'
import { type KafkaPorts, kafkaSettings, kafkaUser, storePassword } from './kafka-settings.js'
import { shortLivedJvm } from './short-lived-jvm.js'

const here = path.dirname(fileURLToPath(import.meta.url))
const jars = path.resolve(here, '../../.cache/services/kafka/jars/*')
const startMilliseconds = 60_000

/** Apache Kafka in a process and a folder of its own. */
export interface KafkaBroker {
  addresses: { open: string; password: string; encrypted: string }
  /** The certificate that the encrypted listener shows. */
  certificateFile: string
  /** Ends the process without warning. */
  kill(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** Installs Apache Kafka where it is not yet, and starts it. */
export async function startKafka(): Promise<KafkaBroker> {
  execFileSync('sh', [path.join(here, '../stream/install-kafka.sh')], { stdio: 'inherit' })
  const folder = await mkdtemp(path.join(tmpdir(), 'kafka-'))
  const ports = await freePorts()
  const certificateFile = makeCertificate(folder)
  const settings = path.join(folder, 'server.properties')
  await writeFile(settings, kafkaSettings(folder, ports))
  format(settings)
  let child = await startProcess(settings)
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
  return {
    addresses: {
      open: `127.0.0.1:${ports.open}`,
      password: `127.0.0.1:${ports.password}`,
      encrypted: `127.0.0.1:${ports.encrypted}`,
    },
    certificateFile,
    kill,
    async start() {
      child = await startProcess(settings)
    },
    async close() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePorts(): Promise<KafkaPorts> {
  const [open, password, encrypted, controller] = await Promise.all([1, 2, 3, 4].map(freePort))
  return { open: open!, password: password!, encrypted: encrypted!, controller: controller! }
}

const java = (memory: string, program: string): string[] => [
  `-Xmx${memory}`,
  ...shortLivedJvm,
  ...['-cp', jars, program],
]

/** Makes the data folder, with the users that log in with SCRAM. */
function format(settings: string): void {
  const { name, password } = kafkaUser
  const users = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${name},password=${password}]`,
  ])
  const id = ['--cluster-id', 'AAAAAAAAAAAAAAAAAAAAAQ', '--standalone']
  const program = java('256m', 'kafka.tools.StorageTool')
  execFileSync('java', [...program, 'format', ...id, '--config', settings, ...users], {
    stdio: 'ignore',
  })
}

/** A key of its own for the encrypted listener, and its certificate as a PEM file. */
function makeCertificate(folder: string): string {
  const store = ['-keystore', path.join(folder, 'broker.p12'), '-storepass', storePassword]
  const name = ['-alias', 'broker', '-dname', 'CN=localhost', '-ext', 'SAN=IP:127.0.0.1']
  const certificate = path.join(folder, 'broker.pem')
  const quietly = { stdio: 'ignore' } as const
  execFileSync('keytool', ['-genkeypair', '-keyalg', 'RSA', ...name, ...store], quietly)
  const exported = ['-exportcert', '-rfc', '-alias', 'broker', '-file', certificate]
  execFileSync('keytool', [...exported, ...store], quietly)
  return certificate
}

/** Starts the broker and waits until it says so; what it said on its way down is the error. */
async function startProcess(settings: string): Promise<ChildProcess> {
  const child = spawn('java', [...java('512m', 'kafka.Kafka'), settings], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const fail = (): void => reject(new Error(`Kafka did not start: ${said.slice(-2000)}`))
    const timer = setTimeout(fail, startMilliseconds)
    child.once('exit', fail)
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000)
      if (!said.includes('Kafka Server started')) return
      clearTimeout(timer)
      child.off('exit', fail)
      resolve()
    })
  })
  return child
}
