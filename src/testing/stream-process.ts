import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  /** Lines on standard error, which are JSON. */
  lines: Record<string, unknown>[]
}

/** A running `throughline stream` of a config, and what it says when it ends. */
export interface StreamProcess {
  kill(signal: NodeJS.Signals): void
  ended: Promise<Ended>
  /** Waits for a line of this message, or the end. */
  said(message: string): Promise<void>
}

/** Starts the command in a process of its own. */
export function startStream(
  cli: string,
  config: string,
  more: readonly string[] = [],
): StreamProcess {
  const args = [cli, 'stream', '--config', config, '--json', ...more]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    stderr += part
  })
  const lines = () =>
    stderr
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  const ended = Promise.all([text(child.stdout), once(child, 'close')]).then(
    ([stdout, [code, signal]]) => ({ code, signal, stdout, lines: lines() }) as Ended,
  )
  return {
    kill: (signal) => void child.kill(signal),
    ended,
    async said(message) {
      const isSaid = () => lines().some(({ msg }) => msg === message)
      while (!isSaid() && child.exitCode === null && child.signalCode === null)
        await Promise.race([once(child.stderr, 'data'), ended])
    },
  }
}
