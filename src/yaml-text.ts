import { type Document, LineCounter, parseDocument, visit } from 'yaml'
import { errorOf } from './errors.js'

/** The value of a YAML text; `at` names it where the text is not YAML, with the line. */
export function readYaml(text: string, at: string): unknown {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { prettyErrors: false, lineCounter })
  const faults = [
    ...document.errors.map(({ message, pos }) => ({ message, offset: pos[0] })),
    ...unknownAliases(document),
  ]
  if (faults.length > 0) {
    throw errorOf(
      'config',
      faults.map(({ message, offset }) => ({
        at: `${at}:${lineCounter.linePos(offset).line}`,
        expected: 'YAML',
        found: message,
        remedy: 'Correct the syntax; a text with special characters needs quotes.',
      })),
    )
  }
  return document.toJS() as unknown
}

/** The parser only finds these when it makes values; an unquoted `*.example.com` is one. */
function unknownAliases(document: Document): { message: string; offset: number }[] {
  const found: { message: string; offset: number }[] = []
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return
      const message = `an alias *${alias.source} that nothing has as its anchor`
      found.push({ message, offset: alias.range?.[0] ?? 0 })
    },
  })
  return found
}
