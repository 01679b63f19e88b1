import type { LiveRows } from '../kernel.js'
import { scoreOptions, scoreSelect } from './score-sql.js'
import { churnSettings } from './settings.js'

/** Scores as of now, by the model that was trained for the last release. */
export const liveScores: LiveRows = {
  through: [
    { table: 'churn_customer_days' },
    { table: 'churn_cutoffs', where: `purpose = 'score'` },
    { table: 'churn_features' },
  ],
  async select(engine, { settings }) {
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
    return scoreSelect(model, scoreOptions(String(intercept.model_id), churnSettings(settings)))
  },
}
