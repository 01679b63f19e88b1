import { type Logger, pino } from 'pino'

/** What a command says beside its result when --json is given: one JSON line an event on standard error. */
export const jsonLog = (): Logger =>
  pino(
    { base: null, formatters: { level: (level) => ({ level }) } },
    pino.destination({ fd: 2, sync: true }),
  )
