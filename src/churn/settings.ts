import { z } from 'zod'
import type { Settings } from '../engines/engine.js'
import { errorOf, type Problem } from '../errors.js'

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
  const result = parsed(settings)
  if (result.success) return result.data
  throw errorOf('config', problemsOf(result.error))
}

/** What is wrong with the section `churn`, each value by its key. */
export function churnProblems(settings: Settings): Problem[] {
  const result = parsed(settings)
  return result.success ? [] : problemsOf(result.error)
}

const parsed = (settings: Settings) =>
  settingsSchema.safeParse(
    Object.fromEntries(
      Object.keys(settingsSchema.shape).map((key) => [key, settings[`churn_${key}`]]),
    ),
  )

const problemsOf = ({ issues }: z.ZodError): Problem[] =>
  issues.map(({ path, message }) => ({
    at: ['churn', ...path].join('.'),
    expected: 'the values that config/default.yaml describes',
    found: message,
    remedy: 'Correct the section churn of the configuration.',
  }))
