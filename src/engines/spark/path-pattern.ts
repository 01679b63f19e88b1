/**
 * A pattern that these URLs fit, one at least. Others may fit it: what would make a pattern of its own stands for any
 * character. Alternatives within a folder cost one listing of it, where alternatives with slashes cost one each.
 */
export function patternOf(urls: readonly string[]): string {
  const root = /^\w+:\/\/[^/]*\//.exec(urls[0]!)![0]
  const folders = new Map<string, string[]>()
  for (const key of urls.map((url) => url.slice(root.length))) {
    const end = key.lastIndexOf('/') + 1
    const folder = plain(key.slice(0, end))
    folders.set(folder, [...(folders.get(folder) ?? []), plain(key.slice(end))])
  }
  return root + anyOf([...folders].map(([folder, names]) => folder + anyOf(names)))
}

const anyOf = ([first = '', ...others]: readonly string[]): string =>
  others.length === 0 ? first : `{${[first, ...others].join(',')}}`

const plain = (text: string): string => text.replace(/[\\*?[\]{},]/g, '?')
