import { z } from 'zod'
import { ThroughlineError } from '../errors.js'
import type { Storage } from '../storage/storage.js'

/** Where checkpoints lie in a warehouse; nothing else does. */
export const checkpointFolder = '_state/'

/** Names the one checkpoint that counts; writing it, last of all, is what makes it one. */
export const checkpointKey = `${checkpointFolder}checkpoint.json`

const partSchema = z.object({
  /** Object that holds a stretch of a file, as gzip; one of an earlier checkpoint where that had an equal stretch. */
  key: z.string(),
  etag: z.string(),
  /** Bytes of the object. */
  stored: z.number(),
  /** Bytes of the stretch, and their digest. */
  bytes: z.number(),
  sha256: z.string(),
})

const fileSchema = z.object({
  /** Path in the state folder, and never out of it. */
  name: z.string().regex(/^(?!.*\.\.)\w[\w.-]*(\/\w[\w.-]*)*$/),
  parts: z.array(partSchema),
})

const checkpointSchema = z.object({
  format: z.literal(1),
  checkpoint: z.string(),
  /** Release whose tables these are. */
  release: z.string(),
  config_hash: z.string(),
  made_at: z.iso.datetime(),
  files: z.array(fileSchema),
})

/** One stretch of a file of the state. */
export type Part = z.infer<typeof partSchema>
export type StateFile = z.infer<typeof fileSchema>
/** A copy of what is kept between runs, in objects that nobody changes. */
export type Checkpoint = z.infer<typeof checkpointSchema>

export const readPointer = (storage: Storage): ReturnType<Storage['readText']> =>
  storage.readText(checkpointKey)

/** Throws `config` for what is no checkpoint of this version. */
export function parseCheckpoint(text: string): Checkpoint {
  try {
    return checkpointSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new ThroughlineError({
      code: 'config',
      at: checkpointKey,
      expected: 'a checkpoint as this version writes it',
      found: 'something else',
      remedy: 'The next release replaces it.',
      cause,
    })
  }
}

/** Bytes of all files, and of the objects that hold them. */
export function sizeOf({ files }: Checkpoint): { bytes: number; stored: number } {
  const parts = files.flatMap((file) => file.parts)
  const sum = (size: (part: Part) => number) => parts.reduce((total, part) => total + size(part), 0)
  return { bytes: sum((part) => part.bytes), stored: sum((part) => part.stored) }
}
