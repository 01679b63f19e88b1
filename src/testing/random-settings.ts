import fc from 'fast-check'
import type { Config } from '../config.js'
import type { ConfigOverlay } from './run-project.js'

type Values<Section extends keyof Config> = {
  [Key in keyof Config[Section]]: readonly Config[Section][Key][]
}

type Drawn = { [Section in 'collect' | 'identity' | 'journeys' | 'churn']: Values<Section> } & {
  engine: Partial<Values<'engine'>>
  run: Partial<Values<'run'>>
}

/** Beside the default: values that turn a setting off, its bounds, and others that make a difference to few records. */
const values: Drawn = {
  engine: { threads: [2, 4], parallel_models: [1], slice_records: [10, 30, 100] },
  run: {
    as_of: ['2025-01-09T10:00', '2025-02-01', '2026-06-01'],
    since: ['2024-12-18', '2024-12-24T10:10'],
    until: ['2025-01-12T10:30', '2025-03-15'],
    restatement_days: [0, 1],
    restatement_rows: [0, 1, 5],
  },
  collect: {
    future_tolerance_minutes: [0, 1, 1_000_000],
    earliest_date: ['2024-12-20', '1970-01-01'],
    late_days: [0, 0.5, 14, 1_000_000],
  },
  identity: {
    source_order: ['log', 'contacts,log', 'web,crm', 'pay,till'],
    own_domains: ['x.org', 'gmail.com,example.org'],
    blocked_pattern: ['^(ann|o1)$', 'never'],
    blocked_email_pattern: ['^family@', 'never'],
    blocked_phone_pattern: ['1$', 'never'],
    name_conflicts: [false],
    name_agreement: [false],
    generic_sets: [1, 2, 50],
    generic_disagreement: [0, 0.6, 1],
    most_devices_per_device: [1, 2],
    large_customer_sets: [1, 3],
  },
  journeys: {
    session_timeout_minutes: [0.5, 10, 15, 1440],
    session_gap_inclusive: [true],
    break_on_campaign: [true],
    break_on_midnight: [true],
    report_time_zone: ['America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati'],
    trust_source_sessions: [false],
    max_session_hours: [0, 0.25, 1],
    sessionize_offline: [true],
    heartbeat_seconds: [1, 60],
    heartbeat_first_seconds: [0, 120],
    engaged_session_seconds: [0, 600],
    engaged_by_duration: [false],
    engaged_session_views: [1, 5],
    session_open_minutes: [0, 1440],
    own_domains: ['shop.example', 'google.com,example'],
    direct_lookback_days: [0, 1, 1_000_000],
    include_bots: [true],
    include_late: [false],
    day_events_last: [false],
    journey_inactivity_days: [0, 1, 2, 1_000_000],
    after_goal: ['continue'],
    lookback_days: [0, 0.5, 1, 2],
    goal_once_per_order: [false],
    same_conversion_minutes: [0, 15, 10_000],
    default_stage: ['advocacy', 'awareness'],
    node: ['channel', 'stage', 'page'],
    collapse_repeats: [false],
    path_scopes: ['', 'customer', 'customer,session,journey'],
    path_max_steps: [0, 1, 2],
    step_matrix_steps: [1, 2],
    funnel_window_days: [0.01, 1, 5],
  },
  churn: {
    label: ['cancellation'],
    horizon_days: [1, 2, 30],
    gap_days: [1, 3],
    activity: ['any'],
    active_within_days: [1, 5, 10_000],
    training_cutoffs: [1, 2, 12],
    cutoff_spacing_days: [1, 2],
    minimum_history_days: [0, 5],
    minimum_rows: [1, 20],
    minimum_churners: [1, 5],
    sample_rows: [1, 10, 50],
    l2: [0.001, 100],
    seed: [1, -3],
    medium_risk_from: [0, 0.1],
    high_risk_from: [0.4, 1],
  },
}

/** Settings of which one alone does little: with these a model of churn is trained on few records of some weeks. */
const training: readonly ConfigOverlay[] = [3, 5].map((days) => ({
  run: { until: '2025-02-01' },
  churn: {
    activity: 'any',
    horizon_days: days,
    cutoff_spacing_days: 2,
    minimum_history_days: 0,
    minimum_rows: 10,
    minimum_churners: 2,
  },
}))

const settings = Object.entries(values).flatMap(([section, keys]) =>
  Object.entries(keys).map(([key, drawn]) => ({ section, key, drawn: drawn as unknown[] })),
)

const setting = fc
  .constantFrom(...settings)
  .chain(({ section, key, drawn }) =>
    fc.constantFrom(...drawn).map((value) => ({ section, key, value })),
  )

const overlaid = (overlay: ConfigOverlay, section: string, more: object): ConfigOverlay => ({
  ...overlay,
  [section]: { ...overlay[section], ...more },
})

/** What differs from the defaults in settings that decide what tables hold: a few of them, or most. */
export const randomSettings = (): fc.Arbitrary<ConfigOverlay> =>
  fc
    .tuple(
      fc.constantFrom({}, ...training),
      fc.uniqueArray(setting, {
        selector: ({ section, key }) => `${section}.${key}`,
        maxLength: Math.round(settings.length / 3),
        size: 'max',
      }),
    )
    .map(([begun, drawn]) =>
      drawn.reduce(
        (overlay: ConfigOverlay, { section, key, value }) =>
          overlaid(overlay, section, { [key]: value }),
        begun,
      ),
    )
