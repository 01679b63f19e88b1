import { type XmlValue, xmlDocument } from './xml.js'

/** A stretch of an open file; whoever sends the reply closes it. */
export interface FileStretch {
  descriptor: number
  from: number
  bytes: number
}

export interface Reply {
  status: number
  headers?: Record<string, string>
  body?: string | FileStretch
}

export const emptyReply = (status = 200, headers: Record<string, string> = {}): Reply => ({
  status,
  headers,
})

export const xmlReply = (
  root: string,
  value: XmlValue,
  status = 200,
  headers: Record<string, string> = {},
): Reply => ({
  status,
  headers: { 'content-type': 'application/xml', ...headers },
  body: xmlDocument(root, value),
})
