const DEFINITION = /^[ \t]*\[([^\]\n]+)\]:[ \t]*\S.*$/gm;
const MOST = 500;

/** The links of a Markdown text by a name, such as `[routing]` with `[routing]: address` below: the names alone. */
export function withoutReferences(text: string, all: string = text): string {
  const names = new Set(
    [...all.matchAll(DEFINITION)].slice(0, MOST).map(([, name = '']) => name.toLowerCase()),
  );
  const isDefined = (name: string): boolean =>
    names.has(
      name
        .replace(/[`\s]+/g, ' ')
        .trim()
        .toLowerCase(),
    );
  const has = (name: string): boolean => names.has(name.toLowerCase()) || isDefined(name);
  return text
    .replace(DEFINITION, '')
    .replace(/\[([^\][]+)\]\[([^\][]*)\]/g, (whole, label: string, name: string) =>
      has(name === '' ? label : name) ? label : whole,
    )
    .replace(/\[([^\][]+)\](?![[(:])/g, (whole, label: string) => (has(label) ? label : whole));
}
