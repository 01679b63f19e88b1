import { cp, rename, rm } from 'node:fs/promises'

/** Moves a file or folder, also to another file system; what is at its new place is whole at any moment. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    // Under a name of its own at first: who is killed meanwhile leaves no half of it.
    const unfinished = `${to}.unfinished`
    await rm(unfinished, { recursive: true, force: true })
    await cp(from, unfinished, { recursive: true })
    await rename(unfinished, to)
    await rm(from, { recursive: true })
  }
}
