/** The ways in which files are named. A name of one lower-case word fits several and counts for none. */
export type Naming = 'kebab-case' | 'snake_case' | 'camelCase' | 'PascalCase';

const forms: readonly (readonly [Naming, RegExp])[] = [
  ['kebab-case', /^[a-z0-9]+(-[a-z0-9]+)+$/],
  ['snake_case', /^[a-z0-9]+(_[a-z0-9]+)+$/],
  ['camelCase', /^[a-z]+[a-z0-9]*([A-Z][a-z0-9]*)+$/],
  ['PascalCase', /^([A-Z][a-z0-9]+)+$/],
];

/** The way in which a file is named; null where its name does not tell. */
export function namingOf(path: string): Naming | null {
  const file = path.slice(path.lastIndexOf('/') + 1);
  // A tool asks for a name without an ending, such as `Gemfile`.
  if (!file.includes('.')) return null;
  const name = file.replace(/\..*$/, '');
  // The compiler asks for these names.
  if (/^(package|module)-info$/.test(name)) return null;
  return forms.find(([, form]) => form.test(name))?.[0] ?? null;
}
