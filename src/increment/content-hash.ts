/** The content hash of a table of which some rows have gone and others have come: it is a sum over rows, and their number. */
export function shifted(hash: string, { gone, come }: { gone: string; come: string }): string {
  const [before, minus, plus] = [hash, gone, come].map(parts)
  return [0, 1].map((part) => before![part]! - minus![part]! + plus![part]!).join(':')
}

const parts = (hash: string): bigint[] => hash.split(':').map(BigInt)
