import type { ManifestFacts, NamedPackage } from './repository-facts.ts';

const MOST = 60;

/** Reads the name, description and dependencies of a `pom.xml`; those of tests, plugins and profiles are left out. */
export function pomManifest(
  path: string,
  text: string,
): Pick<ManifestFacts, 'name' | 'nameLine' | 'description' | 'descriptionLine' | 'dependencies'> {
  const own = blanked(
    text,
    /<!--[\s\S]*?-->|<(parent|build|profiles|reporting|dependencyManagement)>[\s\S]*?<\/\1>/g,
  );
  const top = blanked(own, /<dependencies>[\s\S]*?<\/dependencies>/g);
  const lineOf = (at: number): number => text.slice(0, at).split('\n').length;
  const field = (name: string): { readonly text: string | null; readonly line: number } => {
    const found = new RegExp(`<${name}>([^<]{1,2000})</${name}>`).exec(top);
    return { text: found?.[1]?.trim() ?? null, line: found === null ? 1 : lineOf(found.index) };
  };
  const [name, description] = [field('artifactId'), field('description')];
  const dependencies = [...own.matchAll(/<dependency>([\s\S]*?)<\/dependency>/g)].flatMap(
    (match): NamedPackage[] => {
      const [, body = ''] = match;
      const id = /<artifactId>([^<]{1,200})<\/artifactId>/.exec(body)?.[1]?.trim();
      if (id === undefined || /<scope>\s*test\s*<\/scope>/.test(body)) return [];
      return [{ name: id, path, line: lineOf(match.index + match[0].indexOf(id)) }];
    },
  );
  return {
    name: name.text,
    nameLine: name.line,
    description: description.text,
    descriptionLine: description.line,
    dependencies: dependencies.slice(0, MOST),
  };
}

/** Without what a pattern finds; the line breaks stay, so that the rest keeps its lines. */
const blanked = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (found) => found.replace(/[^\n]/g, ' '));
