/** The path that a relative address means, seen from a file; null if it leads out of the repository. */
export function resolvePath(from: string, address: string): string | null {
  if (address === '' || /^[a-z][a-z0-9+.-]*:/i.test(address) || address.startsWith('//')) return null;
  const isRooted = address.startsWith('/');
  const parts = isRooted ? [] : from.split('/').slice(0, -1);
  for (const part of address.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}
