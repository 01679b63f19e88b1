/**
 * Options of a JVM that lives for minutes and runs most of its code once or twice: to compile that a second time, and
 * better, took more than a third of the CPU of its tests.
 */
export const shortLivedJvm = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
