import { createServer, type ServerResponse } from 'node:http'
import { ThroughlineError } from '../errors.js'
import type { Metrics } from './metrics.js'

/** A stream that has not come round for so long is not well; a batch may take its time. */
const healthySeconds = 300

/** Serves `/metrics` and `/health` on a port; returns what closes it. Throws `config` when the port is taken. */
export async function startMonitor(port: number, metrics: Metrics): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    const answer = request.method === 'GET' ? answers[request.url ?? ''] : undefined
    if (answer) answer(metrics, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(portError(port, cause)))
    server.listen(port, resolve)
  })
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}

const answers: Record<string, (metrics: Metrics, response: ServerResponse) => void> = {
  '/metrics'(metrics, response) {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
    response.end(metrics.text())
  },
  '/health'(metrics, response) {
    const seconds = metrics.secondsSinceTurn()
    const isWell = seconds !== undefined && seconds <= healthySeconds
    response.writeHead(isWell ? 200 : 503, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify({ healthy: isWell, seconds_since_turn: seconds ?? null })}\n`)
  },
}

const portError = (port: number, cause: Error): ThroughlineError =>
  new ThroughlineError({
    code: 'config',
    at: 'stream.metrics_port',
    expected: 'a port that is free',
    found: `${port} (${(cause as NodeJS.ErrnoException).code ?? 'an error'})`,
    remedy: 'Choose another port, or 0 for none.',
    cause,
  })
