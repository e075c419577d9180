/** A namespace prefix and the folders that hold its classes, relative to the manifest. */
export interface AutoloadRule {
  /** With its trailing backslash; empty for every namespace. */
  readonly prefix: string;
  readonly folders: readonly string[];
}

/** The PSR-4 rules of a `composer.json`, the longest prefix first. */
export function parseComposerManifest(text: string): readonly AutoloadRule[] {
  const json = recordOf(JSON.parse(text));
  const rules = ['autoload', 'autoload-dev'].flatMap((group) =>
    Object.entries(recordOf(recordOf(json[group])['psr-4'])).map(([prefix, folders]) => ({
      prefix,
      folders: (Array.isArray(folders) ? folders : [folders]).filter((each) => typeof each === 'string'),
    })),
  );
  return rules.sort((a, b) => b.prefix.length - a.prefix.length);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
