import type { Column, LandedFile, Row } from './engine.js'

/** Of the table that an engine makes of `skippedRows`. */
export const skippedColumns: readonly Column[] = [
  { name: 'object_id', type: 'string' },
  { name: 'row_number', type: 'bigint' },
  { name: 'reason', type: 'string' },
]

/** Rows of files that landing has found to be no records; a gap has no reason. */
export const skippedRows = (files: readonly LandedFile[]): Row[] =>
  files.flatMap(({ objectId, badRows = [], gaps = [] }) => [
    ...badRows.map(({ rowNumber, reason }) => skipped(objectId, rowNumber, reason)),
    ...gaps.map((rowNumber) => skipped(objectId, rowNumber, null)),
  ])

const skipped = (objectId: string, rowNumber: number, reason: string | null): Row => ({
  object_id: objectId,
  row_number: rowNumber,
  reason,
})
