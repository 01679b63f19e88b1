const pairs = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))
let knownDay = Number.NaN
let knownDate = ''

/** `2025-03-01T10:00:02.200Z`: as `Date.toISOString`, several times faster on the neighbouring times of an object. */
export function isoTime(at: number): string {
  const rest = at - Math.floor(at / 86_400_000) * 86_400_000
  const millis = rest % 1000
  return `${isoSecond(at)}.${Math.floor(millis / 100)}${pairs[millis % 100]}Z`
}

/** `2025-03-01T10:00:02`, UTC without a zone. */
export function isoSecond(at: number): string {
  const day = Math.floor(at / 86_400_000)
  if (day !== knownDay) {
    knownDay = day
    knownDate = new Date(day * 86_400_000).toISOString().slice(0, 10)
  }
  const seconds = Math.floor((at - day * 86_400_000) / 1000)
  const minutes = Math.floor(seconds / 60)
  return `${knownDate}T${pairs[Math.floor(minutes / 60)]}:${pairs[minutes % 60]}:${pairs[seconds % 60]}`
}
