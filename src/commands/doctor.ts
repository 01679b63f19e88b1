import type { Command } from 'commander'
import { aligned } from '../aligned.js'
import { checkConfig } from '../check-config.js'
import { examineSources } from '../collect/examine-sources.js'
import { type Config, readConfig } from '../config.js'
import { engineModule } from '../engine-module.js'
import type { Finding } from '../finding.js'
import { examineSource, examineWarehouse } from '../storage/doctor.js'
import type { Storage } from '../storage/storage.js'
import { openStorages } from '../storages.js'
import { examineLog } from '../stream/examine-log.js'
import { version } from '../version.js'
import { type CommonOptions, printResult, withCommonOptions } from './report.js'

export function addDoctorCommand(program: Command): void {
  withCommonOptions(program.command('doctor'))
    .description(
      'Probe storage rights, conditional writes, sources, topics and a cluster by trying them, and show versions.',
    )
    .action(doctor)
}

async function doctor(options: CommonOptions): Promise<void> {
  const config = readConfig(options.config, process.env)
  await checkConfig(config, options.project)
  const { zones, warehouse } = openStorages(config)
  const { examine } = await engineModule(config)
  const checks = [
    ...at(zones.raw.url, await examineExports(zones.raw, config)),
    ...at(warehouse.url, await examineWarehouse(warehouse)),
    ...at(config.stream.log_folder || config.kafka.brokers || 'log', await examineLog(config)),
    ...at(`engine ${config.engine.kind}`, (await examine?.(config)) ?? []),
  ]
  const versions = { throughline: version, node: process.version }
  printResult(options, { checks, versions }, () => `${aligned(checks)}\n${aligned([versions])}`)
  if (checks.some(({ ok }) => !ok)) process.exitCode = 5
}

/** Of a raw zone that cannot be listed, no source needs to be told that. */
async function examineExports(raw: Storage, { sources }: Config): Promise<Finding[]> {
  if (Object.values(sources).every(({ prefix }) => prefix === undefined)) return []
  const found = await examineSource(raw)
  return found[0]?.ok ? [...found, ...(await examineSources(raw, sources))] : found
}

const at = (storage: string, found: readonly Finding[]) =>
  found.map((finding) => ({ storage, ...finding }))
