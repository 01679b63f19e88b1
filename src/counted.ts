/** A number of things in words: "1 object", "2 objects", "2 batches". */
export function counted(count: number, thing: string): string {
  if (count === 1) return `1 ${thing}`
  return `${count} ${thing}${/(s|x|ch|sh)$/.test(thing) ? 'es' : 's'}`
}
