/** Work that goes on beside other work, one piece at a time. */
export interface BackgroundTask {
  isRunning(): boolean
  /** Begins work that throws nothing; none may be under way. */
  begin(work: () => Promise<unknown>): void
  /** Waits for what is under way. */
  settle(): Promise<void>
}

export function createBackgroundTask(): BackgroundTask {
  let running: Promise<void> | undefined
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } finally {
      running = undefined
    }
  }
  return {
    isRunning: () => running !== undefined,
    begin(work) {
      running = run(work)
    },
    settle: async () => running,
  }
}
