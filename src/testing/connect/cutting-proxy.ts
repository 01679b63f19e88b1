import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be cut. */
export interface CuttingProxy {
  address: string
  /** Cuts each of the next connections, after so many bytes of the server's; one number a connection. */
  cutAfter: number[]
  /** How many have been cut. */
  cuts(): number
  /** From now on the connections that are open carry nothing, and do not end either. */
  mute(): void
  close(): void
}

/** Opens a way to `host:port` that cuts connections in the middle of a message, as networks do. */
export async function openCuttingProxy(to: string): Promise<CuttingProxy> {
  const [host = '', port = ''] = to.split(':')
  const cutAfter: number[] = []
  const open = new Set<Socket>()
  let cuts = 0
  let muted = new Set<Socket>()
  const server = createServer((near) => {
    const limit = cutAfter.shift() ?? Number.POSITIVE_INFINITY
    const far = connect(Number(port), host)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        near.destroy()
        far.destroy()
      })
    }
    let passed = 0
    near.on('data', (bytes: Buffer) => muted.has(near) || far.write(bytes))
    far.on('data', (bytes: Buffer) => {
      if (muted.has(near)) return
      if (!near.writableEnded) near.write(bytes.subarray(0, Math.max(limit - passed, 0)))
      passed += bytes.length
      if (passed < limit || near.writableEnded) return
      cuts += 1
      near.end(() => near.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${own}`,
    cutAfter,
    cuts: () => cuts,
    mute() {
      muted = new Set(open)
    },
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
