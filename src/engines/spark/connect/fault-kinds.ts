import type { Fault } from './fault.js'

/** Of one of these conditions of Spark. */
export const ofClass =
  (...names: string[]) =>
  ({ errorClass = '', message }: Fault): boolean =>
    names.some((name) => errorClass.split('.').includes(name) || message.includes(`.${name}]`))

/** Of gRPC itself, without a word of Spark. */
export const ofStatus =
  (...names: string[]) =>
  ({ status, errorClass }: Fault): boolean =>
    errorClass === undefined && names.includes(status)

/** Where Java's errors, the one that was thrown or one behind it, say so. */
export const saying =
  (words: RegExp) =>
  ({ message, classes, causes }: Fault): boolean =>
    [{ class: classes[0] ?? '', message }, ...causes].some((error) =>
      words.test(`${error.class}: ${error.message}`),
    )

/** Refused by the other end's certificate or by plain text where TLS was expected: not a matter of waiting. */
export const isAboutTls = (message: string): boolean =>
  /certificate|self.signed|SSL routines|wrong version number|altnames/i.test(message)
