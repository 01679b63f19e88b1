import { generateKeyPairSync, sign } from 'node:crypto'

/** A key and a certificate for it that nobody but its own authority, itself, vouches for; both as PEM. */
export interface SelfSigned {
  key: Buffer
  certificate: Buffer
}

/** Makes a certificate for 127.0.0.1, valid for this century. */
export function selfSigned(): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = list(objectId('2a8648ce3d040302'))
  const name = list(tagged(0x31, list(objectId('550403'), tagged(0x0c, Buffer.from('localhost')))))
  const validity = list(time('20000101000000Z'), time('20991231235959Z'))
  const content = list(
    tagged(0xa0, number(2)),
    number(1),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, list(alternativeAddress)),
  )
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', content, privateKey)])
  return {
    key: Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    certificate: pem(list(content, algorithm, tagged(0x03, signature))),
  }
}

/** A piece of DER: tag, length, content. */
function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const length =
    content.length < 128
      ? Buffer.of(content.length)
      : Buffer.of(0x82, content.length >> 8, content.length & 0xff)
  return Buffer.concat([Buffer.of(tag), length, content])
}

const list = (...parts: Buffer[]): Buffer => tagged(0x30, ...parts)
const number = (value: number): Buffer => tagged(0x02, Buffer.of(value))
const objectId = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'))
const time = (text: string): Buffer => tagged(0x18, Buffer.from(text))

const alternativeAddress = list(
  objectId('551d11'),
  tagged(0x04, list(tagged(0x87, Buffer.of(127, 0, 0, 1)))),
)

const pem = (der: Buffer): Buffer =>
  Buffer.from(
    `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  )
