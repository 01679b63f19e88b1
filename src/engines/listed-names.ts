/** Whether clusters list an object of this key: they take some names for files on their way, and have no empty or relative folders. */
export function isListed(key: string): boolean {
  const names = key.split('/')
  return !/^[._]/.test(names.at(-1)!) && names.every((name) => !/^\.{0,2}$/.test(name))
}
