import { z } from 'zod'
import type { Settings } from '../engines/engine.js'
import { ThroughlineError } from '../errors.js'

const days = z.number().int().min(1)
const share = z.number().min(0).max(1)

const settingsSchema = z.object({
  label: z.enum(['silence', 'cancellation']),
  activity: z.enum(['purchase', 'any']),
  horizon_days: days,
  gap_days: z.number().int().min(0),
  active_within_days: days,
  training_cutoffs: z.number().int().min(1),
  cutoff_spacing_days: days,
  minimum_history_days: z.number().int().min(0),
  minimum_rows: z.number().int().min(1),
  minimum_churners: z.number().int().min(1),
  sample_rows: z.number().int().min(1),
  l2: z.number().positive(),
  seed: z.number().int(),
  medium_risk_from: share,
  high_risk_from: share,
})

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
