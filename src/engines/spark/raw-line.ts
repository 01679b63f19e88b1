import { quotedForSpark } from './quoting.js'

/** Branches of a CASE: why a text of any length is no record, as landing says it. */
export const textFault = `when not is_valid_utf8(value) then 'invalid_utf8'
    when contains(value, chr(0)) then 'nul_byte'`

/** The same of a line, which may be too long. */
export const lineFault = (maxRecordBytes: number): string =>
  `when octet_length(value) > ${maxRecordBytes} then 'record_too_long'
    ${textFault}`

/** JSON text of an object of expressions, those that are null included. */
export const objectText = (
  fields: readonly (readonly [key: string, expression: string])[],
): string =>
  `to_json(named_struct(${fields
    .map(([key, expression]) => `${quotedForSpark(key)}, ${expression}`)
    .join(', ')}), map('ignoreNullFields', 'false'))`
