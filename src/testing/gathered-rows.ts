/** In which orders a plan brings rows together in one task; a total of each task before is no such row, unless it is a list of them. */
export function gatheredIn(plan: string): string[] {
  const lines = plan.split('\n').map((line) => line.replace(/^[\s:+-]+/, ''))
  return lines.flatMap((line, at) =>
    line.startsWith('Exchange SinglePartition') &&
    !/^\w*HashAggregate\(keys=\[\](?!.*collect_)/.test(lines[at + 1] ?? '')
      ? [orderOf(lines[at - 1] ?? '')]
      : [],
  )
}

/** The columns by which a step of a plan sorts, or else the step. */
function orderOf(step: string): string {
  const [, order] = /^Sort \[(.*?)\]/.exec(step) ?? []
  return order === undefined ? step : `by ${order.replace(/#\d+L? (A|DE)SC NULLS \w+/g, '')}`
}
