import type { Command } from 'commander'
import { aligned } from '../aligned.js'
import { checkConfig } from '../check-config.js'
import { readConfig } from '../config.js'
import { engineModule } from '../engine-module.js'
import { examineSource, examineWarehouse } from '../storage/doctor.js'
import { openStorages } from '../storages.js'
import { version } from '../version.js'
import { type CommonOptions, printResult, withCommonOptions } from './report.js'

export function addDoctorCommand(program: Command): void {
  withCommonOptions(program.command('doctor'))
    .description('Probe storage rights and conditional writes by trying them, and show versions.')
    .action(doctor)
}

async function doctor(options: CommonOptions): Promise<void> {
  const config = readConfig(options.config, process.env)
  await checkConfig(config, options.project)
  const {
    zones: { raw },
    warehouse,
  } = openStorages(config)
  const checks = [
    ...(await examineSource(raw)).map((check) => ({ storage: raw.url, ...check })),
    ...(await examineWarehouse(warehouse)).map((check) => ({
      storage: warehouse.url,
      ...check,
    })),
    ...((await (await engineModule(config)).examine?.(config)) ?? []).map((check) => ({
      storage: `engine ${config.engine.kind}`,
      ...check,
    })),
  ]
  const versions = { throughline: version, node: process.version }
  printResult(options, { checks, versions }, () => `${aligned(checks)}\n${aligned([versions])}`)
  if (checks.some(({ ok }) => !ok)) process.exitCode = 5
}
