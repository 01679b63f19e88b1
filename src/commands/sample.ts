import type { Command } from 'commander'
import { ThroughlineError } from '../errors.js'
import { writeSample } from '../sample/write.js'
import { openStorage } from '../storage/storage.js'
import { type CommonOptions, printResult, withOutputOptions } from './report.js'

interface SampleCommandOptions extends CommonOptions {
  out: string
  touchpoints: string
  seed: string
}

export function addSampleCommand(program: Command): void {
  withOutputOptions(program.command('sample'))
    .description(
      'Write sample exports of all kinds, with the truth about who is who, to a folder or bucket.',
    )
    .requiredOption(
      '-o, --out <url>',
      's3://bucket/prefix or a folder; exports go below raw/, the truth below truth/',
    )
    .option('-n, --touchpoints <number>', 'about how many touchpoints', '60000')
    .option('--seed <number>', 'the same seed and size give the same bytes', '1')
    .action(sample)
}

async function sample(options: SampleCommandOptions): Promise<void> {
  const storage = openStorage(options.out, { endpoint: process.env.THROUGHLINE__STORAGE__ENDPOINT })
  const summary = await writeSample(storage, {
    touchpoints: wholeNumber('--touchpoints', options.touchpoints),
    seed: wholeNumber('--seed', options.seed),
    folderMarkers: options.out.startsWith('s3://'),
  })
  printResult(
    options,
    summary,
    () => `Sample written to ${storage.url}\n${JSON.stringify(summary, null, 2)}`,
  )
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new ThroughlineError({
    code: 'usage',
    at: `throughline sample ${option}`,
    expected: 'a whole number',
    found: text,
    remedy: 'Give digits only.',
  })
}
