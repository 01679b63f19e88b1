import { quoted } from '../../sql.js'
import type { LookupDialect, Shape } from '../field-lookups.js'

export const lookupDialect: LookupDialect = {
  document: (shape) => `try(json_transform(payload, ${quoted(JSON.stringify(shape, withTypes))}))`,
  listed: (paths) => `try(json_extract_string(payload, [${paths.map(quoted).join(', ')}]))`,
}

const withTypes = (_key: string, value: Shape | 'text') => (value === 'text' ? 'VARCHAR' : value)
