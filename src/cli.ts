#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { addDoctorCommand } from './commands/doctor.js'
import { addPlanCommand } from './commands/plan.js'
import { exitCodeOf, reportError } from './commands/report.js'
import { addRunCommand } from './commands/run.js'
import { addSampleCommand } from './commands/sample.js'
import { addSourcesCommand } from './commands/sources.js'
import { addTablesCommand } from './commands/tables.js'
import { version } from './version.js'

const program = new Command('throughline')
  .description(
    'Turns raw multi-source exports in S3 into customer journeys that a warehouse can query.',
  )
  .version(version)
  .exitOverride()

for (const add of [
  addRunCommand,
  addPlanCommand,
  addSampleCommand,
  addSourcesCommand,
  addTablesCommand,
  addDoctorCommand,
]) {
  add(program)
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) reportError(error)
  process.exitCode =
    error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : exitCodeOf(error)
}
