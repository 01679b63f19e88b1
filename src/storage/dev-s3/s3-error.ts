/** An answer other than success, as S3 words it. */
export class S3Error extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'S3Error'
    this.status = status
    this.code = code
  }
}

export const noSuchKey = (): S3Error =>
  new S3Error(404, 'NoSuchKey', 'The specified key does not exist.')

export const preconditionFailed = (): S3Error =>
  new S3Error(412, 'PreconditionFailed', 'A condition of the request did not hold.')

export const invalid = (code: string, message: string): S3Error => new S3Error(400, code, message)

export const notImplemented = (what: string): S3Error =>
  new S3Error(501, 'NotImplemented', `This development server does not do ${what}.`)
