import type { Patience } from '../../engines/spark/connect/patience.js'
import { openSparkSession, type SparkSession } from '../../engines/spark/connect/session.js'
import { type ConnectServer, type ServerOptions, startConnectServer } from './connect-server.js'
import { type CuttingProxy, openCuttingProxy } from './cutting-proxy.js'

/** Gives up on failures after a moment; what is only slow on a busy machine is no failure. */
export const hasty: Patience = {
  failingMilliseconds: 600,
  connectMilliseconds: 300,
  requestMilliseconds: 10_000,
  silenceMilliseconds: 10_000,
  heldMilliseconds: 10_000,
  noticeMilliseconds: 100,
  pauseMilliseconds: 5,
}

/** For servers that never answer. */
export const restless = { requestMilliseconds: 400, silenceMilliseconds: 200 }

/** A server and an open session on it, both closed afterwards. */
export async function withSession<T>(
  answers: NonNullable<ServerOptions['answers']>,
  work: (session: SparkSession, server: ConnectServer) => Promise<T>,
  patience: Partial<Patience> = {},
  onNotice?: (message: string) => void,
): Promise<T> {
  const server = await startConnectServer({ answers })
  const session = await openSparkSession(`sc://${server.address}`, {
    patience: { ...hasty, ...patience },
    onNotice,
  })
  try {
    return await work(session, server)
  } finally {
    await session.close()
    server.close()
  }
}

/** Does the work in a session whose way to the server can be cut. */
export async function overProxy(
  server: ConnectServer,
  patience: Partial<Patience>,
  work: (session: SparkSession, proxy: CuttingProxy) => Promise<void>,
  cutAfter: readonly number[] = [],
): Promise<void> {
  const proxy = await openCuttingProxy(server.address)
  proxy.cutAfter.push(...cutAfter)
  try {
    const options = { patience: { ...hasty, ...patience } }
    const session = await openSparkSession(`sc://${proxy.address}`, options)
    await work(session, proxy).finally(() => session.close())
  } finally {
    proxy.close()
  }
}
