/** The encoding of a text. */
export type TextEncoding = 'utf8' | 'utf16le' | 'utf16be' | 'latin1';
/** A content as text, or a binary. */
export type Decoded =
  | { readonly kind: 'text'; readonly text: string; readonly encoding: TextEncoding }
  | { readonly kind: 'binary' };

const strict = new TextDecoder('utf-8', { fatal: true });
/** As many bytes as tell text from a binary. */
const LOOK = 8000;

/** Decodes bytes that are certainly text: those with a byte order mark, valid UTF-8, or Latin-1 that is mostly letters. */
export function decodeContent(bytes: Uint8Array): Decoded {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return wide(bytes, 'utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return wide(bytes, 'utf16be');
  if (bytes.includes(0)) return { kind: 'binary' };
  try {
    return { kind: 'text', text: strict.decode(bytes), encoding: 'utf8' };
  } catch {
    // Without control characters and mostly ASCII, it is a text in an old encoding and no picture.
    const look = bytes.subarray(0, LOOK);
    const plain = look.filter(
      (byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127),
    ).length;
    const control = look.filter(
      (byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12,
    ).length;
    if (control > 0 || plain / look.length < 0.7) return { kind: 'binary' };
    return { kind: 'text', text: decodeAs(bytes, 'latin1'), encoding: 'latin1' };
  }
}

/** UTF-32 begins with the same mark: as UTF-16 it has a NUL between its letters, behind which no rule would find a secret. */
function wide(bytes: Uint8Array, encoding: 'utf16le' | 'utf16be'): Decoded {
  const text = decodeAs(bytes, encoding);
  return text.includes('\0') ? { kind: 'binary' } : { kind: 'text', text, encoding };
}

/** Decodes bytes in a known encoding. */
export function decodeAs(bytes: Uint8Array, encoding: string): string {
  const labels: Record<string, string> = {
    utf8: 'utf-8',
    utf16le: 'utf-16le',
    utf16be: 'utf-16be',
    latin1: 'windows-1252',
  };
  return new TextDecoder(labels[encoding] ?? 'utf-8').decode(bytes);
}

/** Whether a text is the pointer that Git LFS commits in place of a content. */
export function isLfsPointer(text: string): boolean {
  return (
    text.length < 1024 &&
    text.startsWith('version https://git-lfs.github.com/spec/v1\n') &&
    /^oid sha256:[0-9a-f]{64}$/m.test(text)
  );
}
