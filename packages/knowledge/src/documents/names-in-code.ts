const MOST_NAMES = 200;
const LONGEST_NAME = 300;

/** The names and paths that a Markdown text has in code style, each once, without the parentheses of a call. */
export function namesInCode(markdown: string): string[] {
  const prose = markdown.replace(/^(```|~~~)[\s\S]*?\n\1/gm, '');
  const found = new Set<string>();
  for (const [, , text = ''] of prose.matchAll(/(`+)([^`]+)\1/g)) {
    const name = text.trim().replace(/\(\)$/, '');
    if (name !== '' && name.length <= LONGEST_NAME && !/\s/.test(name)) found.add(name);
    if (found.size >= MOST_NAMES) break;
  }
  return [...found];
}
