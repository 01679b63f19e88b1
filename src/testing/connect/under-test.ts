import type { Patience } from '../../engines/spark/connect/patience.js'
import { openSparkSession, type SparkSession } from '../../engines/spark/connect/session.js'
import { type ConnectServer, type ServerOptions, startConnectServer } from './connect-server.js'

/** Short, so that giving up takes a moment and not minutes. */
export const hasty: Patience = {
  failingMilliseconds: 600,
  connectMilliseconds: 300,
  requestMilliseconds: 500,
  silenceMilliseconds: 300,
  pauseMilliseconds: 5,
}

/** A server and an open session on it, both closed afterwards. */
export async function withSession<T>(
  answers: NonNullable<ServerOptions['answers']>,
  work: (session: SparkSession, server: ConnectServer) => Promise<T>,
): Promise<T> {
  const server = await startConnectServer({ answers })
  const session = await openSparkSession(`sc://${server.address}`, { patience: hasty })
  try {
    return await work(session, server)
  } finally {
    await session.close()
    server.close()
  }
}
