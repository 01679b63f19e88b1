import type { Defect } from './defects.js'
import type { Census } from './population.js'

/** Rows written for a source: each is a distinct record, a copy of one, or one that a load must refuse. */
export interface SourceBook {
  objects: number
  rows: number
  records: number
  copies: number
  rejected: number
}

/** What a sample holds; written as `truth/summary.json`. */
export interface SampleSummary {
  seed: number
  from: string
  until: string
  /** Distinct records of the sources that have touchpoints; ad spend and defects are not among them. */
  touchpoints: number
  sources: Record<string, SourceBook>
  census: Census & { kiosks: number }
  defects: readonly Defect[]
}

export type Books = Map<string, SourceBook>

/** Adds rows to a source's book. */
export function enter(books: Books, source: string, entry: Partial<SourceBook>): void {
  const book = books.get(source) ?? { objects: 0, rows: 0, records: 0, copies: 0, rejected: 0 }
  for (const name of ['objects', 'rows', 'records', 'copies', 'rejected'] as const)
    book[name] += entry[name] ?? 0
  books.set(source, book)
}
