import type { DeclaredPackage, DigestManifest } from '../file-digest.ts';

/** Reads the modules that a `go.mod` requires. */
export function goPackages(text: string): DigestManifest {
  const packages: DeclaredPackage[] = [];
  let name: string | null = null;
  let block = '';
  for (const [index, line] of text.split('\n', 50_000).entries()) {
    const words = line
      .replace(/\/\/.*$/, '')
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => word.replace(/^["`](.*)["`]$/, '$1'));
    if (words[0] === ')') block = '';
    else if (words[1] === '(') block = words[0] ?? '';
    const [verb, first, version = ''] = block === '' ? words : words[1] === '(' ? [] : [block, ...words];
    if (first === undefined) continue;
    if (verb === 'module') name = first;
    if (verb === 'tool') packages.push({ name: first, group: 'tool', version: '', line: index + 1 });
    if (verb !== 'require') continue;
    const group = /\/\/\s*indirect\b/.test(line) ? 'indirect' : 'dependencies';
    packages.push({ name: first, group, version, line: index + 1 });
  }
  return { ecosystem: 'go', name, packages, entries: [], scripts: [] };
}
