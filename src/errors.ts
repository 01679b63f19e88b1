/** What went wrong, as a stable word; it decides the exit code and never the sentence. */
export type ErrorCode =
  | 'usage'
  | 'config'
  | 'contract'
  | 'lock'
  | 'source'
  | 'conflict'
  | 'books'
  | 'model'
  | 'machine'
  | 'bug'

/** One thing that is wrong. */
export interface Problem {
  /** Place: a file, an object key, a table, a column. Never a personal value. */
  at: string
  expected: string
  found: string
  /** What the user can do about it, as one sentence. */
  remedy: string
}

export interface ErrorFields extends Problem {
  code: ErrorCode
  retryable?: boolean
  cause?: unknown
  /** Several of which this is the sum: the text has a line of each. */
  problems?: readonly Problem[]
}

const exitCodes: Record<ErrorCode, number> = {
  usage: 2,
  config: 2,
  contract: 3,
  lock: 4,
  conflict: 4,
  source: 5,
  books: 1,
  model: 1,
  machine: 1,
  bug: 1,
}

/** The one error class: the text "where: expected X, found Y. What to do." is made here and nowhere else. */
export class ThroughlineError extends Error {
  readonly code: ErrorCode
  readonly at: string
  readonly expected: string
  readonly found: string
  readonly remedy: string
  readonly retryable: boolean

  constructor(fields: ErrorFields) {
    const { problems = [fields], remedy, cause } = fields
    super(`${problems.map(sentence).join('\n')}${problems.length > 1 ? '\n' : ' '}${remedy}`, {
      cause,
    })
    this.name = 'ThroughlineError'
    this.code = fields.code
    this.at = fields.at
    this.expected = fields.expected
    this.found = fields.found
    this.remedy = fields.remedy
    this.retryable = fields.retryable ?? false
  }

  get exitCode(): number {
    return exitCodes[this.code]
  }
}

/** All problems of a phase as one error: each part lists what the problems say, equal words once. */
export function errorOf(code: ErrorCode, problems: readonly Problem[]): ThroughlineError {
  const found = problems.map((problem) =>
    problems.length === 1 ? problem.found : `${problem.found} (${problem.at})`,
  )
  return new ThroughlineError({
    code,
    at: onceEach(problems.map(({ at }) => at)).join(', '),
    expected: onceEach(problems.map(({ expected }) => expected)).join('; '),
    found: found.join('; '),
    remedy: onceEach(problems.map(({ remedy }) => remedy)).join(' '),
    problems,
  })
}

const sentence = ({ at, expected, found }: Problem): string =>
  `${at}: expected ${expected}, found ${trimmed(found)}.`

const onceEach = (texts: readonly string[]): string[] => [...new Set(texts)]

/** Room for several problems; a whole page of an engine's words is cut. */
const maxFound = 1000

const trimmed = (text: string): string =>
  text.length > maxFound ? `${text.slice(0, maxFound)}…` : text
