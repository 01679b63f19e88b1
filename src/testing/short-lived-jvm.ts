/**
 * Options of a JVM that lives for minutes and runs most of its code once or twice: to compile that a second time, and
 * better, took more than half of its CPU.
 */
export const shortLivedJvm = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
