import { readFileSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { resolveFolder } from './check-imports.ts';
import { startServer, type LanguageServer, type Position } from './language-server.ts';
import { ReferenceGrades, type Place } from './reference-grades.ts';

// Compares references with the definitions that a language server gives for every name of some files:
//   node packages/knowledge/bench/server-oracle.ts --root FOLDER [--dialect python] [--pattern '**/*.py']
//     [--server 'pyright-langserver --stdio'] [--files 40] [--leave REGEXP] [--show ORIGIN|missed|silent|wrong]
const { values } = parseArgs({
  options: {
    root: { type: 'string', default: '.' },
    dialect: { type: 'string', default: 'python' },
    pattern: { type: 'string', default: '**/*.py' },
    server: { type: 'string', default: 'pyright-langserver --stdio' },
    files: { type: 'string', default: '40' },
    leave: { type: 'string', default: '(^|/)(tests?|examples?|docs|vendor|node_modules)/' },
    show: { type: 'string' },
  },
});
const root = realpathSync(values.root);
const resolved = await resolveFolder(root, values.pattern, values.dialect);
const grades = new ReferenceGrades(resolved, values.show);
const server = await startServer(values.server, root);
const left = new RegExp(values.leave);
for (const path of sampled([...resolved.facts.keys()].filter((each) => !left.test(each))))
  grades.add(path, await expectedOf(server, path));
server.stop();
grades.print();

/** Files at even distances, so that every folder has some. */
function sampled(all: readonly string[]): string[] {
  const count = Math.min(all.length, Number(values.files));
  return Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)] ?? '');
}

/** The places where the server says that each name on each line is defined. */
async function expectedOf(language: LanguageServer, file: string): Promise<Map<string, Place[]>> {
  const path = join(root, file);
  const text = readFileSync(path, 'utf8');
  language.open(path, values.dialect, text);
  const expected = new Map<string, Place[]>();
  const asked: Promise<void>[] = [];
  for (const [line, content] of text.split('\n').entries())
    for (const { 0: name, index } of content.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu))
      asked.push(
        language.definitions(path, { line, character: index }).then((answer) => {
          const id = `${line + 1} ${name}`;
          for (const place of placesIn(answer))
            if (place.path !== file || line + 1 < place.from || line + 1 > place.to)
              expected.set(id, [...(expected.get(id) ?? []), place]);
        }),
      );
  await Promise.all(asked);
  language.close(path);
  return expected;
}

interface Location {
  readonly uri?: string;
  readonly range?: { readonly start: Position; readonly end: Position };
  readonly targetUri?: string;
  readonly targetSelectionRange?: { readonly start: Position; readonly end: Position };
}

/** The places of an answer, in whichever form of the protocol it is. */
function placesIn(answer: unknown): Place[] {
  const list = (Array.isArray(answer) ? answer : [answer]) as (Location | null | undefined)[];
  return list.flatMap((each) => {
    const uri = each?.uri ?? each?.targetUri;
    // Some servers give the range of the name, others that of the definition with its comment.
    const range = each?.range ?? each?.targetSelectionRange;
    if (uri?.startsWith('file:') !== true || range === undefined) return [];
    const path = relative(root, fileURLToPath(uri));
    return [{ path, from: range.start.line + 1, to: range.end.line + 1 }];
  });
}
