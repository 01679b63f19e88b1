import { ThroughlineError } from './errors.js'

/** What one probe found; the remedy is empty when all is well. */
export interface Finding {
  check: string
  ok: boolean
  detail: string
  remedy: string
}

/** Tries a probe, which says what it found or throws what is wrong. */
export async function finding(check: string, probe: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, detail: await probe(), remedy: '' }
  } catch (error) {
    if (!(error instanceof ThroughlineError)) throw error
    const { at, expected, found, remedy } = error
    return { check, ok: false, detail: `${at}: expected ${expected}, found ${found}`, remedy }
  }
}
