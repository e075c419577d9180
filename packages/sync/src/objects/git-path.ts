/**
 * A path as Git stores it: bytes without an encoding, one JavaScript character (0–255) per byte.
 *
 * Two paths that differ only in an invalid UTF-8 byte would become equal once decoded, and JavaScript orders UTF-16
 * units where Git orders bytes. In this form `<` and `===` mean what they mean in Git.
 */
export type GitPath = string & { readonly gitPath: unique symbol };

const ASCII = /^[^"\x80-\xff][^\x80-\xff]*$/;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a path from its bytes, as in `ls-tree -z` or a tree object. */
export function pathFromBytes(bytes: Uint8Array): GitPath {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') as GitPath;
}

/** Returns the bytes of a path. */
export function pathToBytes(path: GitPath): Buffer {
  return Buffer.from(path, 'latin1');
}

/** Compares by byte, the order of Git and of `bytea`. */
export function comparePaths(a: GitPath, b: GitPath): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Returns a path for display and for programs: unchanged if it is UTF-8 and does not begin with a quote, otherwise
 * quoted the way Git does (`"caf\351.txt"`). Different paths are always shown differently.
 */
export function showPath(path: GitPath): string {
  // Nearly all paths are: decoding them took longer than all else in reading a row.
  if (ASCII.test(path)) return path;
  const bytes = pathToBytes(path);
  if (!path.startsWith('"')) {
    try {
      return strict.decode(bytes);
    } catch {
      // Not UTF-8: quoted below.
    }
  }
  let quoted = '"';
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) quoted += '\\' + String.fromCharCode(byte);
    else if (byte >= 0x20 && byte < 0x7f) quoted += String.fromCharCode(byte);
    else quoted += '\\' + byte.toString(8).padStart(3, '0');
  }
  return quoted + '"';
}

/** Parses the output of `showPath`. Text without quotes stands for its UTF-8 bytes. */
export function parsePath(shown: string): GitPath {
  if (shown.length < 2 || !shown.startsWith('"') || !shown.endsWith('"')) {
    return pathFromBytes(Buffer.from(shown, 'utf8'));
  }
  const plain = shown
    .slice(1, -1)
    .replace(/\\([0-7]{3}|["\\])/g, (_, escape: string) =>
      escape.length === 3 ? String.fromCharCode(Number.parseInt(escape, 8) & 0xff) : escape,
    );
  return pathFromBytes(Buffer.from(plain, 'latin1'));
}
