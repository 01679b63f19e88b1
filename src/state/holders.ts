import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'

/** A process that holds, or is about to take, the lease of the warehouse whose state the folder keeps. */
const holderSchema = z.object({ token: z.string(), host: z.string(), pid: z.number() })
type Holder = z.infer<typeof holderSchema>

/**
 * Notes in the state folder who is about to take the lease, and tells which of those before are dead: so a process that
 * is started again at once need not wait for its own lease to expire. Who cannot be told for sure counts as alive, and a
 * note that cannot be written, on a full disk for instance, stops nobody.
 */
export async function noteHolder(
  folder: string,
  token: string,
): Promise<{ dead: string[]; settle: (isTaken: boolean) => Promise<void> }> {
  tokensOfProcess.add(token)
  const others = await readHolders(folder)
  const own: Holder = { token, host: os.hostname(), pid: process.pid }
  const write = (holders: readonly Holder[]) =>
    writeHolders(folder, holders, token).catch(() => undefined)
  await write([...others, own])
  return {
    dead: others.filter(isDead).map((holder) => holder.token),
    settle: (isTaken) => write(isTaken ? [own] : others),
  }
}

const tokensOfProcess = new Set<string>()

/** In a container a process may well have the number of the one before. */
function isDead({ token, host, pid }: Holder): boolean {
  if (host !== os.hostname()) return false
  if (pid === process.pid) return !tokensOfProcess.has(token)
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

const fileOf = (folder: string): string => path.join(folder, 'holders.json')

async function readHolders(folder: string): Promise<Holder[]> {
  try {
    const text = await readFile(fileOf(folder), 'utf8')
    return z.array(holderSchema).catch([]).parse(JSON.parse(text))
  } catch {
    return []
  }
}

async function writeHolders(
  folder: string,
  holders: readonly Holder[],
  token: string,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = `${fileOf(folder)}.${token}`
  try {
    await writeFile(file, JSON.stringify(holders))
    await rename(file, fileOf(folder))
  } finally {
    await rm(file, { force: true })
  }
}
