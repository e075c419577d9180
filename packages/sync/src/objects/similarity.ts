/** A content cut into chunks the way Git does to compare: its lines, and pieces of 64 bytes of longer ones. */
export interface Chunks {
  readonly size: number;
  /** The number of bytes that each chunk contributes to the content. */
  readonly bytes: ReadonlyMap<string, number>;
}

const MAX_CHUNK = 64;
const LF = 10;

/** Cuts a content at its line ends, and every 64 bytes within longer lines. */
export function chunksOf(content: Uint8Array): Chunks {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
  const bytes = new Map<string, number>();
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (at - start + 1 < MAX_CHUNK && text.charCodeAt(at) !== LF && at + 1 < text.length) continue;
    const chunk = text.slice(start, at + 1);
    bytes.set(chunk, (bytes.get(chunk) ?? 0) + chunk.length);
    start = at + 1;
  }
  return { size: content.length, bytes };
}

/** Returns the share of the larger of two contents that the other contains, 0 to 1: Git's own measure. */
export function similarity(a: Chunks | undefined, b: Chunks | undefined): number {
  if (a === undefined || b === undefined) return 0;
  const larger = Math.max(a.size, b.size);
  if (Math.min(a.size, b.size) * 2 < larger) return 0;
  const [few, many] = a.bytes.size < b.bytes.size ? [a, b] : [b, a];
  let common = 0;
  for (const [chunk, bytes] of few.bytes) common += Math.min(bytes, many.bytes.get(chunk) ?? 0);
  return common / larger;
}
