import { engineMessage } from './engine-message.js'

/** Does work that nothing depends on: an error is told in one line, after what it means, and ends here. */
export async function noticing<T>(
  meaning: string,
  onNotice: ((message: string) => void) | undefined,
  work: () => Promise<T>,
): Promise<T | 'failed'> {
  try {
    return await work()
  } catch (error) {
    onNotice?.(`${meaning}: ${engineMessage(error).replaceAll('\n', ' ')}`)
    return 'failed'
  }
}
