import type { Storage, WriteCondition } from '../storage/storage.js'

/**
 * Writes a small object that carries an id of this run alone and returns its etag. When the store took the
 * write but its reply was lost, the retry fails: what is stored then tells that the write was ours.
 */
export async function writeOwn(
  storage: Storage,
  key: string,
  text: string,
  condition: WriteCondition,
): Promise<string> {
  try {
    return await storage.write(key, text, condition)
  } catch (error) {
    const found = await storage.readText(key).catch(() => undefined)
    if (found?.text === text) return found.etag
    throw error
  }
}
