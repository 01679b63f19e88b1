import type { Kernel } from '../kernel.js'
import { liveScores } from './live-scores.js'
import { trainAndScore } from './train-and-score.js'

/** The churn model and today's scores. */
const churnScores: Kernel = {
  table: 'churn_scores',
  makes: ['churn_scores', 'churn_model', 'churn_terms'],
  reads: ['churn_cutoffs', 'churn_event_roles', 'churn_features', 'churn_labels', 'touchpoints'],
  run: trainAndScore,
  live: liveScores,
}

export const churnKernels: readonly Kernel[] = [churnScores]
