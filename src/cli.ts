#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { addCompileCommand } from './commands/compile.js'
import { addDoctorCommand } from './commands/doctor.js'
import { addPlanCommand } from './commands/plan.js'
import { exitCodeOf, reportError, usageError, wantsJson } from './commands/report.js'
import { addRunCommand } from './commands/run.js'
import { addSampleCommand } from './commands/sample.js'
import { addSourcesCommand } from './commands/sources.js'
import { addStreamCommand } from './commands/stream.js'
import { addTablesCommand } from './commands/tables.js'
import { version } from './version.js'

const program = new Command('throughline')
  .description(
    'Turns raw multi-source exports in S3 into customer journeys that a warehouse can query.',
  )
  .version(version)
  .exitOverride()
  .configureOutput(wantsJson() ? { outputError: () => undefined } : {})

for (const add of [
  addRunCommand,
  addStreamCommand,
  addPlanCommand,
  addSampleCommand,
  addSourcesCommand,
  addTablesCommand,
  addCompileCommand,
  addDoctorCommand,
]) {
  add(program)
}

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = error instanceof CommanderError ? usageExit(error) : failureExit(error)
}

function failureExit(error: unknown): number {
  reportError(error)
  return exitCodeOf(error)
}

/** Commander has told people already; it also throws when help or the version was asked for. */
function usageExit(error: CommanderError): number {
  if (error.exitCode === 0) return 0
  const command = program.commands.find((known) => known.name() === process.argv[2])
  const told = usageError(error, command?.name())
  if (wantsJson()) reportError(told)
  return told.exitCode
}
