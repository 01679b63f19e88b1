import { z } from 'zod'
import type { Settings } from '../engines/engine.js'
import { ThroughlineError } from '../errors.js'
import { settingSections } from '../settings.js'

const settingsSchema = settingSections.churn

export type ChurnSettings = z.infer<typeof settingsSchema>

/** The section `churn` of the configuration, read back from the setting functions and checked. */
export function churnSettings(settings: Settings): ChurnSettings {
  const section = Object.fromEntries(
    Object.keys(settingsSchema.shape).map((key) => [key, settings[`churn_${key}`]]),
  )
  const result = settingsSchema.safeParse(section)
  if (result.success) return result.data
  throw new ThroughlineError({
    code: 'config',
    at: 'churn',
    expected: 'the values that config/default.yaml describes',
    found: z.prettifyError(result.error),
    remedy: 'Correct the section churn of the configuration.',
  })
}
