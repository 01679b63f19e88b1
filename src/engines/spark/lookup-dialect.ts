import type { LookupDialect, Shape } from '../field-lookups.js'
import { backQuoted, quotedForSpark } from './quoting.js'

export const lookupDialect: LookupDialect = {
  document: (shape) => `from_json(payload, ${quotedForSpark(fieldsOf(shape).join(', '))})`,
  listed: (paths) =>
    `array(${paths.map((path) => `get_json_object(payload, ${quotedForSpark(path)})`).join(', ')})`,
}

const fieldsOf = (shape: Shape): string[] =>
  Object.entries(shape).map(
    ([key, below]) =>
      `${backQuoted(key)} ${below === 'text' ? 'string' : `struct<${fieldsOf(below).join(', ')}>`}`,
  )
