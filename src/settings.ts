import { z } from 'zod'
import {
  aboveZero,
  countFrom,
  date,
  domains,
  names,
  namesAmong,
  pattern,
  share,
  timeZone,
  zeroOrMore,
} from './config-values.js'

/*
 * What each setting of `config/default.yaml` may be. This is the only place beside it that knows a setting by name:
 * errors about values and the editor schema `config/schema.json` are made of it.
 */

const collect = {
  future_tolerance_minutes: zeroOrMore,
  earliest_date: date,
  late_days: zeroOrMore,
}

const identity = {
  source_order: names,
  own_domains: domains,
  blocked_pattern: pattern,
  blocked_email_pattern: pattern,
  blocked_phone_pattern: pattern,
  name_conflicts: z.boolean(),
  name_agreement: z.boolean(),
  generic_sets: countFrom(1),
  generic_disagreement: share,
  most_devices_per_device: countFrom(1),
  large_customer_sets: countFrom(1),
}

const journeys = {
  session_timeout_minutes: aboveZero,
  session_gap_inclusive: z.boolean(),
  break_on_campaign: z.boolean(),
  break_on_midnight: z.boolean(),
  report_time_zone: timeZone,
  trust_source_sessions: z.boolean(),
  max_session_hours: zeroOrMore,
  sessionize_offline: z.boolean(),
  heartbeat_seconds: aboveZero,
  heartbeat_first_seconds: zeroOrMore,
  engaged_session_seconds: zeroOrMore,
  engaged_by_duration: z.boolean(),
  engaged_session_views: countFrom(1),
  session_open_minutes: zeroOrMore,
  own_domains: domains,
  direct_lookback_days: zeroOrMore,
  include_bots: z.boolean(),
  include_late: z.boolean(),
  day_events_last: z.boolean(),
  journey_inactivity_days: zeroOrMore,
  after_goal: z.enum(['new_journey', 'continue']),
  lookback_days: zeroOrMore,
  goal_once_per_order: z.boolean(),
  same_conversion_minutes: zeroOrMore,
  default_stage: z.string().min(1),
  node: z.enum(['event_type', 'channel', 'stage', 'page']),
  collapse_repeats: z.boolean(),
  path_scopes: namesAmong(['customer', 'session', 'journey']),
  path_max_steps: countFrom(0),
  step_matrix_steps: countFrom(1),
  funnel_window_days: zeroOrMore,
}

const churn = {
  label: z.enum(['silence', 'cancellation']),
  horizon_days: countFrom(1),
  gap_days: countFrom(0),
  activity: z.enum(['purchase', 'any']),
  active_within_days: countFrom(1),
  training_cutoffs: countFrom(1),
  cutoff_spacing_days: countFrom(1),
  minimum_history_days: countFrom(0),
  minimum_rows: countFrom(1),
  minimum_churners: countFrom(1),
  sample_rows: countFrom(1),
  l2: z.number().positive(),
  seed: z.number().int(),
  medium_risk_from: share,
  high_risk_from: share,
}

/** The sections whose scalars models read as zero-argument functions, e.g. `journeys_session_timeout_minutes()`. */
export const settingSections = {
  collect: z.strictObject(collect),
  identity: z.strictObject(identity),
  journeys: z.strictObject(journeys),
  churn: z
    .strictObject(churn)
    .refine(({ medium_risk_from, high_risk_from }) => medium_risk_from <= high_risk_from, {
      path: ['high_risk_from'],
      error: 'expected a probability no lower than churn.medium_risk_from',
    }),
}
