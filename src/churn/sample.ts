/** Rows of one or more snapshots in the order of their keys, column by column. */
export interface Sample {
  /** Who a row is about: rows of one customer never sit on both sides of a fold. */
  customerIds: readonly string[]
  /** Raw feature values by name; NaN is missing. */
  columns: ReadonlyMap<string, Float64Array>
  /** 1 = churned. */
  outcomes: Uint8Array
}

export const rowCount = (sample: Sample): number => sample.outcomes.length

/** Churned rows. */
export const churnerCount = (sample: Sample): number =>
  sample.outcomes.reduce((count, outcome) => count + outcome, 0)

/** The column of a feature; throws when the sample was read without it. */
export function columnOf(sample: Sample, name: string): Float64Array {
  const column = sample.columns.get(name)
  if (!column) throw new Error(`the sample has no feature ${name}`)
  return column
}

/** The rows at the given places, in that order. */
export const rowsAt = (sample: Sample, places: readonly number[]): Sample => ({
  customerIds: places.map((place) => sample.customerIds[place]!),
  columns: new Map(
    [...sample.columns].map(([name, column]) => [
      name,
      new Float64Array(places.length).map((_, row) => column[places[row]!]!),
    ]),
  ),
  outcomes: new Uint8Array(places.length).map((_, row) => sample.outcomes[places[row]!]!),
})
