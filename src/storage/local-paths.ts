import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ThroughlineError } from '../errors.js'

/** Folder under the root that holds our temporary files and locks; never listed. */
export const workFolder = '.throughline'

/** The folder that a path or a file: URL names. */
export const localRootOf = (url: string): string =>
  url.startsWith('file:') ? fileURLToPath(url) : path.resolve(url)

const words: Record<string, string> = {
  '': '%empty',
  '.': '%dot',
  '..': '%dotdot',
  [workFolder]: '%throughline',
}
const segments = Object.fromEntries(Object.entries(words).map(([segment, word]) => [word, segment]))
const escaped = /^%+(empty|dot|dotdot|throughline)$/

/** The file name of one key segment: itself, but for the few that a file system would misread. */
const fileNameOf = (segment: string): string =>
  words[segment] ?? (escaped.test(segment) ? `%${segment}` : segment)

/** The key segment that a file name stands for; the inverse of `fileNameOf`. */
export const segmentOf = (fileName: string): string =>
  segments[fileName] ?? (escaped.test(fileName) ? fileName.slice(1) : fileName)

/** The path of a key below the root, with `/` between names; it can never leave the root. */
export function relativePathOf(key: string): string {
  if (key === '' || key.includes('\0') || /\p{Cs}/u.test(key)) {
    throw new ThroughlineError({
      code: 'usage',
      at: JSON.stringify(key),
      expected: 'a key of at least one character, in valid Unicode and without a zero byte',
      found: 'a key that no file can have',
      remedy: 'Give the object another key.',
    })
  }
  return key.split('/').map(fileNameOf).join('/')
}
