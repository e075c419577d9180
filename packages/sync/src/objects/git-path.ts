/**
 * A path as Git keeps it: bytes without an encoding, one JavaScript character (0–255) a byte.
 *
 * Two UTF-8 strings that differ only in a broken byte would fall together once decoded, and JavaScript orders
 * UTF-16 units where Git orders bytes. Held this way `<` and `===` mean what they mean in Git.
 */
export type GitPath = string & { readonly gitPath: unique symbol };

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Takes the bytes of a path, as `ls-tree -z` or a tree object has them. */
export function pathFromBytes(bytes: Uint8Array): GitPath {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') as GitPath;
}

/** Gives the bytes back. */
export function pathToBytes(path: GitPath): Buffer {
  return Buffer.from(path, 'latin1');
}

/** The order of Git and of `bytea`: by byte. */
export function comparePaths(a: GitPath, b: GitPath): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The path as people and programs see it: itself where it is UTF-8 and does not begin with a quote, otherwise
 * quoted in Git's own way (`"caf\351.txt"`). No two paths are shown alike.
 */
export function showPath(path: GitPath): string {
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

/** Reads what `showPath` wrote. Text that is not in quotes stands for its UTF-8 bytes. */
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
