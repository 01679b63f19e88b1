/** Rows of equal score. */
export interface ScoreGroup {
  score: number
  rows: number
  churners: number
}

/** Rows of equal score together, the highest score first, so that no figure depends on the order of ties. */
export function scoreGroups(scores: Float64Array, outcomes: Uint8Array): ScoreGroup[] {
  const churned = scores.filter((_, row) => outcomes[row] === 1).sort()
  const others = scores.filter((_, row) => outcomes[row] !== 1).sort()
  const groups: ScoreGroup[] = []
  let churner = churned.length - 1
  let other = others.length - 1
  while (churner >= 0 || other >= 0) {
    const score = Math.max(churned[churner] ?? -Infinity, others[other] ?? -Infinity)
    const group = { score, rows: 0, churners: 0 }
    for (; churner >= 0 && churned[churner] === score; churner--) group.churners += 1
    for (; other >= 0 && others[other] === score; other--) group.rows += 1
    group.rows += group.churners
    groups.push(group)
  }
  return groups
}
