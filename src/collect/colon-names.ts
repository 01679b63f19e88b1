/** Folders in which something has a colon in its name, each ending in a slash. */
export function foldersWithColons(keys: Iterable<string>): Set<string> {
  const folders = new Set<string>()
  for (const key of keys) {
    if (!key.includes(':')) continue
    for (const name of key.matchAll(/[^/]*:[^/]*/g)) folders.add(key.slice(0, name.index))
  }
  return folders
}

/**
 * Whether an object has a colon in its key, or lies among some that have. Hadoop takes what is before a colon in a name
 * for the scheme of a URL, and so fails with every pattern for which it lists such a folder (HADOOP-14235).
 */
export const isAmongColons = (key: string, folders: ReadonlySet<string>): boolean =>
  key.includes(':') || listedFolders(key).some((folder) => folders.has(folder))

/** Those whose list is looked through for an object: its own, and that of each name that a pattern stands for. */
const listedFolders = (key: string): string[] =>
  [...key.matchAll(/[^/]*[\\*?[\]{},][^/]*\/|[^/]*$/g)].map(({ index }) => key.slice(0, index))
