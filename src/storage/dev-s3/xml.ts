export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | XmlValue[]
  | { [name: string]: XmlValue }

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** A document of one root element; a list repeats its element, undefined leaves it out. */
export const xmlDocument = (root: string, value: XmlValue): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, value)}`

function element(name: string, value: XmlValue): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map((one) => element(name, one)).join('')
  const content =
    typeof value === 'object'
      ? Object.entries(value)
          .map(([child, one]) => element(child, one))
          .join('')
      : escaped(String(value))
  return `<${name}>${content}</${name}>`
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => escapes[character] ?? character).replace(/\r/g, '&#13;')

/** The contents of every element of this name, at any depth; the requests we read nest no name in itself. */
export const xmlElements = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(
    ([, content]) => content ?? '',
  )

/** The text of the first element of this name. */
export const xmlText = (xml: string, name: string): string | undefined => {
  const [content] = xmlElements(xml, name)
  return content === undefined ? undefined : unescaped(content)
}

const unescaped = (text: string): string =>
  text
    .replace(/&#x([0-9a-f]+);/gi, (_, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16)),
    )
    .replace(/&#(\d+);/g, (_, decimal: string) => String.fromCodePoint(Number(decimal)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&apos;/g, "'")
    .replace(/&amp;/g, '&')
