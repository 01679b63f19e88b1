import { createHash, createHmac } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { chunkSignatures, type Signing } from './chunk-signatures.js'
import { unchunked } from './chunked.js'

// The example of AWS's page on signatures of an upload in chunks: 66,560 letters a in chunks of 64 KiB.
const scope = '20130524/us-east-1/s3/aws4_request'
const signing: Signing = {
  key: scope
    .split('/')
    .reduce<Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      Buffer.from('AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'),
    ),
  date: '20130524T000000Z',
  scope,
  signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
}
const chunks: [letters: number, signature: string][] = [
  [65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'],
  [1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'],
  [0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'],
]

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  // Boundaries of what arrives are not those of chunks.
  for (let at = 0; at < text.length; at += 10_000) yield Buffer.from(text.slice(at, at + 10_000))
}

const framed = (letter: string): string =>
  chunks
    .map(
      ([length, signature]) =>
        `${length.toString(16)};chunk-signature=${signature}\r\n${letter.repeat(length)}\r\n`,
    )
    .join('')

async function read(text: string): Promise<number> {
  let bytes = 0
  for await (const part of unchunked(bodyOf(text), new Map(), chunkSignatures(signing)))
    bytes += part.length
  return bytes
}

test('chunks whose signatures hold are passed on', async () => {
  expect(await read(framed('a'))).toBe(66_560)
})

test('a changed byte, a missing signature and a chunk left out are refused', async () => {
  const [first = ''] = framed('a').split('400;', 1)
  const refused = { status: 403, code: 'SignatureDoesNotMatch' }
  await expect(read(framed('b'))).rejects.toMatchObject(refused)
  await expect(read(framed('a').replace(/;chunk-signature=[0-9a-f]+/, ''))).rejects.toMatchObject(
    refused,
  )
  await expect(read(framed('a').slice(first.length))).rejects.toMatchObject(refused)
})

test('trailers are signed behind the last chunk', () => {
  const line = 'x-amz-checksum-crc32c:sOO8/Q==\n'
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
  const text = ['AWS4-HMAC-SHA256-TRAILER', signing.date, scope, signing.signature, digest(line)]
  const given = createHmac('sha256', signing.key).update(text.join('\n')).digest('hex')
  expect(() => chunkSignatures(signing).checkTrailers(given, line)).not.toThrow()
  expect(() => chunkSignatures(signing).checkTrailers(given, `${line}x`)).toThrow(/not the one/)
})
