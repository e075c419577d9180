/** The smallest bytes greater than everything that starts with `prefix`; null when there are none. */
export function prefixUpperBound(prefix: Buffer): Buffer | null {
  const end = Buffer.from(prefix);
  for (let at = end.length - 1; at >= 0; at -= 1) {
    const byte = end[at] ?? 0xff;
    if (byte < 0xff) {
      end[at] = byte + 1;
      return end.subarray(0, at + 1);
    }
  }
  return null;
}
