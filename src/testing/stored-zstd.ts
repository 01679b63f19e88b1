/** A zstd frame of stored blocks (RFC 8878 section 3.1.1), window 128 KiB. */
export function storedZstd(content: string): Buffer {
  const bytes = Buffer.from(content)
  const blocks = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38])]
  for (let at = 0; at < bytes.length; at += 1500) {
    const block = bytes.subarray(at, at + 1500)
    const head = Buffer.alloc(3)
    head.writeUIntLE(block.length * 8 + (at + 1500 >= bytes.length ? 1 : 0), 0, 3)
    blocks.push(head, block)
  }
  return Buffer.concat(blocks)
}
