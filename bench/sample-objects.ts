import { link, mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'

/** Keys of all objects of sample exports, in their order. */
export async function objectsOf(rawFolder: string): Promise<string[]> {
  const entries = await readdir(rawFolder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(rawFolder, path.join(entry.parentPath, entry.name)))
    .sort()
}

/** Lets an object of sample exports land in another raw zone. */
export async function landObject(rawFolder: string, object: string, raw: string): Promise<void> {
  await mkdir(path.dirname(path.join(raw, object)), { recursive: true })
  await link(path.join(rawFolder, object), path.join(raw, object))
}
