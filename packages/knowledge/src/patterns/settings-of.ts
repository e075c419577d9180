const MOST_SETTINGS = 500;
const option = /(?<![\w-])--[a-z][a-z0-9]+(?:-[a-z0-9]+)*/g;
const variable = /\b[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]\b/g;

/** Command-line options and environment variables that a text names, sorted. Documents only speak of them. */
export function settingsOf(dialect: string, text: string): string[] {
  if (dialect === 'markdown') return [];
  // Declared by name in many libraries: `.option('port')`, `{ port: { type: 'string' } }`, `flag.Int("port")`.
  const found = new Set([...(text.match(option) ?? []), ...(text.match(variable) ?? [])]);
  return [...found].sort().slice(0, MOST_SETTINGS);
}
