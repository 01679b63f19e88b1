/** Keys to add to a JSON record -> the dotted path that holds the value. */
export type Renamed = Readonly<Record<string, string>>

/** Fields that have gone, by name: whole, or those below them. */
export type Gone = { [name: string]: Gone | null }

/**
 * The fields that a record no longer has under their old names, which are not always plain (`user.id`); as JSON it is
 * the merge patch (RFC 7396) that takes them away.
 */
export function goneFields(renamed: Renamed): Gone {
  const gone: Gone = {}
  for (const given of Object.values(renamed)) {
    const keys = given.split('.')
    const last = keys.pop()!
    const parent = keys.reduce<Gone>((at, key) => {
      at[key] ??= {}
      return at[key]
    }, gone)
    parent[last] = null
  }
  return gone
}
