const codes = { SIGINT: 130, SIGTERM: 143 } as const

/** Runs the clean-up on SIGINT or SIGTERM and ends the process with the signal's exit code; returns what undoes it. */
export function onSignal(cleanUp: () => Promise<void>): () => void {
  const end = (signal: keyof typeof codes): void => {
    void cleanUp().finally(() => process.exit(codes[signal]))
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  return () => {
    process.off('SIGINT', end)
    process.off('SIGTERM', end)
  }
}
