import { existsSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { pino } from 'pino'
import { ThroughlineError } from '../errors.js'

export interface CommonOptions {
  config?: string
  project?: string
  json?: boolean
  debug?: boolean
}

/** Adds the options that every command understands. */
export const withCommonOptions = (command: Command): Command =>
  command
    .option('-c, --config <file>', 'YAML file laid over config/default.yaml')
    .option(
      '-p, --project <folder>',
      'your own pipelines/, schemas/ and config/, laid over the built-in ones',
      existingFolder,
    )
    .option('--json', 'one JSON result on standard output, logs as JSON lines on standard error')
    .option('--debug', 'stack traces of errors')

function existingFolder(folder: string): string {
  if (existsSync(folder)) return folder
  throw new InvalidArgumentError('No such folder.')
}

/** Prints a command's result: one JSON document with --json, else text for people. */
export function printResult(options: CommonOptions, result: unknown, text: () => string): void {
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${text()}\n`)
}

/** A function that shows progress: log lines with --json, one changing line on a terminal, else nothing. */
export function progressOf(options: CommonOptions): (message: string) => void {
  if (options.json) {
    const logger = pino({ base: null }, pino.destination({ fd: 2, sync: true }))
    return (message) => logger.info(message)
  }
  if (!process.stderr.isTTY) return () => undefined
  return (message) => process.stderr.write(`\r\u001b[2K${message}`)
}

/** Ends the changing line before other output. */
export function endProgress(options: CommonOptions): void {
  if (!options.json && process.stderr.isTTY) process.stderr.write('\r\u001b[2K')
}

export const exitCodeOf = (error: unknown): number =>
  error instanceof ThroughlineError ? error.exitCode : 1

/** Prints an error as one line (one JSON line with --json); the stack only with --debug. Options may not have been parsed. */
export function reportError(error: unknown): void {
  if (error instanceof ThroughlineError && process.argv.includes('--json')) {
    const { code, at, expected, found, remedy, retryable } = error
    process.stderr.write(
      `${JSON.stringify({ level: 'error', code, at, expected, found, remedy, retryable })}\n`,
    )
  } else {
    const showStack = process.argv.includes('--debug')
    const text = error instanceof Error ? (showStack ? error.stack : error.message) : String(error)
    process.stderr.write(`error: ${text}\n`)
  }
}
