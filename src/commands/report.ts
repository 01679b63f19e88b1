import { existsSync } from 'node:fs'
import { type Command, type CommanderError, InvalidArgumentError } from 'commander'
import { engineMessage } from '../engine-message.js'
import { ThroughlineError } from '../errors.js'
import { machineError } from '../machine-error.js'
import { jsonLog } from './json-log.js'

export interface CommonOptions {
  config?: string
  project?: string
  json?: boolean
  debug?: boolean
}

/** Adds the options of a command that follows a config. */
export const withCommonOptions = (command: Command): Command =>
  withProjectOptions(
    command.option('-c, --config <file>', 'YAML file laid over config/default.yaml'),
  )

/** Adds the options of a command that reads the files of a project, and no config. */
export const withProjectOptions = (command: Command): Command =>
  withOutputOptions(
    command.option(
      '-p, --project <folder>',
      'your own pipelines/, schemas/ and config/, laid over the built-in ones',
      existingFolder,
    ),
  )

/** Adds the options that every command understands. */
export const withOutputOptions = (command: Command): Command =>
  command
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
    const log = jsonLog()
    return (message) => log.info(message)
  }
  if (!process.stderr.isTTY) return () => undefined
  return (message) => process.stderr.write(`\r\u001b[2K${message}`)
}

/** A function that says something in a line of its own: a log line with --json, else one on standard error. */
export function noticeOf(options: CommonOptions): (message: string) => void {
  if (options.json) {
    const log = jsonLog()
    return (message) => log.info(message)
  }
  return (message) => {
    endProgress(options)
    process.stderr.write(`${message}\n`)
  }
}

/** Ends the changing line before other output. */
export function endProgress(options: CommonOptions): void {
  if (!options.json && process.stderr.isTTY) process.stderr.write('\r\u001b[2K')
}

export const exitCodeOf = (error: unknown): number =>
  error instanceof ThroughlineError ? error.exitCode : 1

/** Options may not have been parsed when an error is to be told. */
export const wantsJson = (): boolean => process.argv.includes('--json')

/** Prints an error as one line (one JSON line with --json); the stack only with --debug. */
export function reportError(thrown: unknown): void {
  const error = machineError(thrown) ?? thrown
  const message = messageOf(error)
  const stack = process.argv.includes('--debug') ? stackOf(error, message) : undefined
  if (wantsJson()) jsonLog().error({ ...fieldsOf(error, message), stack }, message)
  else process.stderr.write(`error: ${stack ?? message}\n`)
}

/** Our own errors are made without values of rows; an engine's have them taken out. */
const messageOf = (error: unknown): string =>
  error instanceof ThroughlineError ? error.message : engineMessage(error)

const stackOf = (error: unknown, message: string): string | undefined =>
  error instanceof Error ? error.stack?.replace(error.message, () => message) : undefined

function fieldsOf(error: unknown, message: string): object {
  if (!(error instanceof ThroughlineError)) return fieldsOf(unforeseen(message), message)
  const { code, at, expected, found, remedy, retryable } = error
  return { code, at, expected, found, remedy, retryable }
}

const unforeseen = (found: string): ThroughlineError =>
  new ThroughlineError({
    code: 'bug',
    at: 'throughline',
    expected: 'no error that the program does not know',
    found,
    remedy: 'Report it with what --debug prints.',
  })

/** What Commander refuses, as an error of our own. */
export const usageError = ({ message }: CommanderError, command = ''): ThroughlineError =>
  new ThroughlineError({
    code: 'usage',
    at: `throughline ${command}`.trim(),
    expected: 'a command, options and arguments that exist',
    found: message.replace(/^error: |\.$/g, '').replaceAll('\n', ' '),
    remedy: 'Call it with --help to see them.',
  })
