import { readFileSync } from 'node:fs';
import { Kind, parse, type DocumentNode } from 'graphql';

const page = new URL('../../../../docs/building.md', import.meta.url);

/** Every query that a recipe of the builders' page asks, whatever language it is written in. */
export function recipeDocuments(): string[] {
  const found = new Set<string>();
  for (const [, recipe = ''] of readFileSync(page, 'utf8').matchAll(
    /^```\w+ recipe [^\n]*\n([\s\S]*?)^```$/gm,
  ))
    for (const [, json, ...texts] of recipe.matchAll(
      /"query":"((?:[^"\\]|\\.)*)"|`([^`]*)`|"""([\s\S]*?)"""|query: '([^']*)'|ask\(\s*"([^"]*)"/g,
    )) {
      const text = json === undefined ? texts.find((each) => each !== undefined) : unescaped(json);
      if (text !== undefined && isQuery(text)) found.add(text);
    }
  return [...found];
}

function unescaped(json: string): string {
  const text: unknown = JSON.parse(`"${json}"`);
  return String(text);
}

function isQuery(text: string): boolean {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch {
    return false;
  }
  return document.definitions.every(
    (each) => each.kind === Kind.OPERATION_DEFINITION && each.operation === 'query',
  );
}
