/**
 * Makes a snake_case key of a column header: `Record ID` -> record_id, `HTTPStatus` -> http_status,
 * `E-Mail` -> e_mail. Letters and digits of every script are kept.
 */
export function snakeCase(header: string): string {
  return header
    .normalize('NFC')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1_$2')
    .replace(/([\p{Ll}\p{Nd}])(\p{Lu})/gu, '$1_$2')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase()
}

/**
 * Makes one distinct key for each header, in order: a repeated key gets _2, _3, a blank one is column_<n>.
 * A header that is a name of its own keeps it.
 */
export function snakeCaseKeys(headers: readonly string[]): string[] {
  const wanted = headers.map((header, at) => snakeCase(header) || `column_${at + 1}`)
  const names = new Set(wanted)
  const taken = new Set<string>()
  return wanted.map((key) => {
    let name = key
    for (let copy = 2; taken.has(name) || (copy > 2 && names.has(name)); copy += 1)
      name = `${key}_${copy}`
    taken.add(name)
    return name
  })
}
