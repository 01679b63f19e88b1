import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.js'
import { workPrefix } from '../engines/engine.js'
import { lockKey } from '../publish/lease.js'
import type { Storage } from '../storage/storage.js'
import { compileCli } from './compile-cli.js'

/**
 * Runs a job in a process of its own and kills that once it has begun to write a table on its way; `folder` is for files
 * of the process. Returns what it has left in the warehouse, whose lease is made to expire at once.
 */
export async function killRunAt(
  table: string,
  { config, warehouse, folder }: { config: Config; warehouse: Storage; folder: string },
): Promise<string[]> {
  const file = path.join(folder, 'killed.json')
  const command = await compileCli(path.join(folder, 'package'))
  await writeFile(file, JSON.stringify(config))
  const run = spawn(process.execPath, [command, 'run', '--config', file], {
    // Named, since jest has a `process.env` of its own.
    env: process.env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(run, 'exit')
  const left = await writtenUpTo(table, warehouse, () => run.exitCode === null)
  run.kill('SIGKILL')
  await ended
  await expireLease(warehouse)
  return left
}

async function writtenUpTo(
  table: string,
  warehouse: Storage,
  isAlive: () => boolean,
): Promise<string[]> {
  while (isAlive()) {
    const keys = await keysBelow(warehouse, workPrefix)
    if (keys.some((key) => key.includes(`/${table}/`))) return keys
    await sleep(200)
  }
  throw new Error(`expected a run that is killed at ${table}, found one that had ended before`)
}

/** Keys of objects that hold anything. */
export async function keysBelow(storage: Storage, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key, bytes } of storage.list(prefix)) if (bytes > 0) keys.push(key)
  return keys
}

async function expireLease(warehouse: Storage): Promise<void> {
  const lock = await warehouse.readText(lockKey)
  const expired = { ...JSON.parse(lock!.text), expires_at: new Date(0).toISOString() }
  await warehouse.write(lockKey, JSON.stringify(expired))
}
