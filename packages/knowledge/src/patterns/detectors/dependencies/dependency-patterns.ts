import type { DeclaredPackage } from '../../file-digest.ts';
import type { FoundPattern, PatternPlace } from '../../found-pattern.ts';

/** Imports of packages that no manifest names, by the manifest that should and the name of the package. */
export class MissingPackages {
  readonly #found = new Map<string, { name: string; manifest: string; places: PatternPlace[] }>();

  add({ name, manifest }: { readonly name: string; readonly manifest: string }, place: PatternPlace): void {
    const key = `${manifest}\n${name}`;
    const found = this.#found.get(key) ?? { name, manifest, places: [] };
    this.#found.set(key, found);
    found.places.push(place);
  }

  patterns(): FoundPattern[] {
    return [...this.#found].map(([subject, { name, manifest, places }]) => ({
      subject,
      kind: 'DEPENDENCY',
      severity: 'HIGH',
      certainty: 'LIKELY',
      title: `${name} is imported and not declared`,
      description: `${manifest} does not name ${name}, nor does a manifest above it. It works only while another package happens to bring it along.`,
      suggestion: `Add ${name} to the dependencies of ${manifest}.`,
      places,
    }));
  }
}

/** A declared package that nothing uses. */
export function unusedPackage(path: string, { name, line }: DeclaredPackage): FoundPattern {
  return {
    subject: `${path}\n${name}`,
    kind: 'DEPENDENCY',
    severity: 'MEDIUM',
    certainty: 'LIKELY',
    title: `${name} is declared and nothing uses it`,
    description: `${path} declares ${name} as a dependency. No file below imports it, and no script or configuration names it.`,
    suggestion: 'Remove it, or move it to the development dependencies if a tool needs it.',
    places: [{ path, startLine: line, endLine: line }],
  };
}
