/** How many rows have gone or come, and the sum of their digests. */
export interface HashedRows {
  rows: string
  digests: string
}

/** The content hash of a table of which some rows have gone and others have come: the number of rows, and a sum over them. */
export function shifted(
  hash: string,
  { gone, come }: { gone: HashedRows; come: HashedRows },
): string {
  const [rows, digests] = hash.split(':')
  return [
    BigInt(rows!) - BigInt(gone.rows) + BigInt(come.rows),
    BigInt(digests!) - BigInt(gone.digests) + BigInt(come.digests),
  ].join(':')
}
