import type { FileFacts } from './file-facts.ts';

/** A manifest larger than this is data that has a name. */
export const MOST_MANIFEST_BYTES = 200_000;

/** Keys of which a manifest of npm has at least one, beside its name. */
const known = ['version', 'private', 'exports', 'main', 'type', 'scripts', 'dependencies', 'devDependencies'];

/** Whether texts of a dialect may be manifests, which declare a package and have no other facts. */
export const mayBeManifest = (dialect: string): boolean => dialect === 'json';

/**
 * The package that a `package.json` declares, by its text: where the file stands is not known here. Null for any other JSON.
 * Without it, an import of a package of the same repository would lead outside.
 */
export function manifestFacts(text: string): FileFacts | null {
  if (!text.includes('"name"')) return null;
  const json = objectIn(text);
  const name = json?.['name'];
  if (json === null || typeof name !== 'string' || !/^(?:@[^/\s]+\/)?[^/\s]+$/.test(name)) return null;
  if (!known.some((key) => Object.hasOwn(json, key))) return null;
  return {
    symbols: [],
    imports: [],
    exports: [],
    references: [],
    findings: [],
    measures: { lines: 0, codeLines: 0, commentLines: 0 },
    packageName: `npm:${name}`,
    isPartial: false,
  };
}

function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const json: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : null;
  } catch {
    return null;
  }
}
