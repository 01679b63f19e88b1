/**
 * Options of a JVM that lives for minutes and runs most of its code once or twice: to compile that a second time, and
 * better, took more than a third of the CPU of its tests. With one compiler a JVM keeps a fifth of the room for code.
 */
export const shortLivedJvm = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-XX:ReservedCodeCacheSize=256m',
]
