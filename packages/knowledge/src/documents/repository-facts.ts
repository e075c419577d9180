import type { Prose } from './module-facts.ts';
import type { ModuleSummary } from './module-summary.ts';
import type { RulePatterns } from './page-pattern.ts';

/** A command that a manifest defines, and the line that defines it. */
export interface ScriptFact {
  /** As it is typed, such as `npm run build`. */
  readonly command: string;
  readonly path: string;
  readonly line: number;
}

/** A package that a manifest names, and the line that names it. */
export interface NamedPackage {
  readonly name: string;
  readonly path: string;
  readonly line: number;
}

/** A manifest of a package, such as `package.json` or `go.mod`. */
export interface ManifestFacts {
  readonly path: string;
  readonly kind: string;
  readonly name: string | null;
  readonly nameLine: number;
  readonly description: string | null;
  readonly descriptionLine: number;
  readonly scripts: readonly ScriptFact[];
  readonly dependencies: readonly NamedPackage[];
  /** Files that it names as entry points, as paths of the repository. */
  readonly entries: readonly EntryPoint[];
}

/** A file by which users enter, and the line that names it. */
export interface EntryPoint extends NamedPackage {
  /** As the manifest names what is built from the file; null where it names the file itself. */
  readonly built: string | null;
}

/** Everything the pages about the whole repository are made from. */
export interface RepositoryFacts {
  readonly name: string;
  readonly readme: Prose | null;
  /** The manifests, the one at the root first. */
  readonly manifests: readonly ManifestFacts[];
  /** The commands by which continuous integration builds and tests. */
  readonly commands: readonly ScriptFact[];
  /** In byte order of the path. */
  readonly modules: readonly ModuleSummary[];
  /** The patterns of the rules about conventions that people have not dismissed. */
  readonly patterns: readonly RulePatterns[];
}
