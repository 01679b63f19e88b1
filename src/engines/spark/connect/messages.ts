import type { ClientReadableStream } from '@grpc/grpc-js'

/** What ended the wait for a message, other than a message or the stream's own end. */
export class Silence extends Error {}

/**
 * The messages of a stream, one at a time: what the consumer does not take stays with the server. Throws `Silence` when none
 * comes for so long, the signal's reason when it is aborted, and the stream's error; the call is over in any case.
 */
export async function* messagesOf(
  stream: ClientReadableStream<Buffer>,
  { milliseconds, signal }: { milliseconds: number; signal?: AbortSignal | undefined },
): AsyncGenerator<Buffer> {
  // A call that is cancelled here reports so, to nobody.
  stream.on('error', () => undefined)
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  try {
    for (;;) {
      const next = await unlessSilent(iterator.next(), milliseconds, signal)
      if (next.done) return
      yield next.value
    }
  } finally {
    stream.cancel()
  }
}

function unlessSilent<T>(
  work: Promise<T>,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(signal?.reason)
    const timer = setTimeout(() => reject(new Silence('no message')), milliseconds)
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    })
  })
}
