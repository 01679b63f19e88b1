import type { LiveRows } from '../kernel.js'
import { scoreOptions, scoreSelect } from './score-sql.js'
import { churnSettings } from './settings.js'

/** Scores as of now, by the model that was trained for the last release; null for who has none any more. */
export const liveScores: LiveRows = {
  reads: ['churn_cutoffs', 'churn_features'],
  where: { churn_cutoffs: `purpose = 'score'` },
  async select(engine, { settings }, customers) {
    const [intercept, ...terms] = await engine.query(
      'select term, coefficient, expression, model_id from churn_terms order by term_no',
    )
    if (intercept === undefined) return undefined
    const model = {
      intercept: Number(intercept.coefficient),
      terms: terms.map(({ term, expression }) => ({
        name: String(term),
        expression: String(expression),
      })),
    }
    const scores = scoreSelect(
      model,
      scoreOptions(String(intercept.model_id), churnSettings(settings)),
    )
    return `select scores.* replace (c.customer_id as customer_id, as_of() as as_of)
      from ${customers} c left join (${scores}) scores on scores.customer_id = c.customer_id`
  },
}
