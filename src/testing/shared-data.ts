import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { test } from '@jest/globals'
import { builtInFolder } from '../project.js'

/** A file or folder of the data beside the checkout, or undefined where it is absent. */
export function sharedData(...parts: string[]): string | undefined {
  const file = path.resolve(builtInFolder, '../shared/data', ...parts)
  return existsSync(file) ? file : undefined
}

/** A test that needs shared data; it is skipped, and says why, where the data is absent. */
export function testWithData(
  title: string,
  data: string,
  run: () => Promise<void>,
  timeoutMs?: number,
): void {
  if (sharedData(data)) test(title, run, timeoutMs)
  else test.skip(`${title} (needs ../shared/data/${data})`, run)
}

/** Files of a folder of the data beside the checkout whose names fit; none where it is absent. */
export function sharedFiles(folder: string, names: RegExp): string[] {
  const found = sharedData(folder)
  if (found === undefined) return []
  return readdirSync(found)
    .filter((name) => names.test(name))
    .map((name) => path.join(found, name))
}
