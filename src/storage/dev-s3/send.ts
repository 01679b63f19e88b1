import { closeSync, createReadStream } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultEffect } from './faults.js'
import type { FileStretch, Reply } from './reply.js'

/** Sends a reply; `effect` harms its body, `replace` is what another writer does meanwhile. */
export async function sendReply(
  response: ServerResponse,
  reply: Reply,
  effect?: FaultEffect,
  replace?: (body: string) => Promise<void>,
): Promise<void> {
  const { body } = reply
  if (effect?.kind === 'lost_reply') {
    if (typeof body === 'object') closeSync(body.descriptor)
    response.destroy()
    return
  }
  response.writeHead(reply.status, reply.headers)
  response.flushHeaders()
  if (typeof body !== 'object') {
    response.end(body)
    return
  }
  await sendFile(response, body, effect)
  if (effect?.kind === 'replaced_object') await replace?.(effect.body)
  if (effect?.kind === 'cut_body' || effect?.kind === 'replaced_object') response.destroy()
  else response.end()
}

async function sendFile(
  response: ServerResponse,
  { descriptor, from, bytes }: FileStretch,
  effect: FaultEffect | undefined,
): Promise<void> {
  const isCut = effect?.kind === 'cut_body' || effect?.kind === 'replaced_object'
  const to = from + (isCut ? Math.min(bytes, effect.afterBytes) : bytes)
  if (to === from) {
    closeSync(descriptor)
    return
  }
  const isSlow = effect?.kind === 'slow_body'
  const stream = createReadStream('', {
    fd: descriptor,
    start: from,
    end: to - 1,
    highWaterMark: isSlow ? effect.chunkBytes : 256 * 1024,
  })
  let isFirst = true
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (isSlow) await sleep(effect.pauseMs)
    if (isFirst && effect?.kind === 'damaged_body') chunk[0]! ^= 1
    isFirst = false
    const isSent = await new Promise<boolean>((resolve) => {
      response.write(chunk, (error) => resolve(error === undefined || error === null))
    })
    if (!isSent) return
  }
}
