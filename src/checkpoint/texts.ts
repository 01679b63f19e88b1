import { type Checkpoint, sizeOf } from './checkpoint.js'
import type { Saved } from './save-checkpoint.js'

/** That a checkpoint was made, in one line. */
export const savedText = ({ checkpoint, sent }: Saved): string =>
  `Checkpoint of release ${checkpoint.release}: ${sizeText(checkpoint)}, ${megabytes(sent)} of them new.`

/** That a checkpoint was restored, in one line. */
export const restoredText = (checkpoint: Checkpoint): string =>
  `Restored the kept tables from the checkpoint of release ${checkpoint.release}: ${sizeText(checkpoint)}.`

function sizeText(checkpoint: Checkpoint): string {
  const { bytes, stored } = sizeOf(checkpoint)
  return `${megabytes(bytes)} MB, stored as ${megabytes(stored)}`
}

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1)
