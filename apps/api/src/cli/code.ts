import { z } from 'zod';
import type { Client } from './client.ts';
import { EXIT, wordOf, type Command, type CommandInput } from './command.ts';
import { onOneLine } from './output.ts';
import { storedSnapshots, type StoredSnapshot } from './stored-snapshots.ts';

const symbol = z.object({
  id: z.string(),
  name: z.string(),
  qualifiedName: z.string(),
  kind: z.string(),
  signature: z.string().nullable(),
  startLine: z.number(),
  file: z.object({ path: z.string() }),
});
const symbolFields = 'id name qualifiedName kind signature startLine file { path }';
const symbolsAnswer = z.object({
  node: z
    .object({ snapshot: z.object({ symbols: z.object({ nodes: z.array(symbol) }) }).nullable() })
    .nullable(),
});

async function symbolsIn(client: Client, { syncId }: StoredSnapshot, query: string) {
  const { node } = await client.ask(
    symbolsAnswer,
    `query ($id: ID!, $query: String) { node(id: $id) { ... on ProjectSync { snapshot { symbols(query: $query, first: 50) { nodes { ${symbolFields} } } } } } }`,
    { id: syncId, query },
  );
  return node?.snapshot?.symbols.nodes ?? [];
}

/** Prints rows, one a line, and tells an empty answer apart by the exit code. */
function show<T>({ say }: CommandInput, rows: readonly T[], line: (row: T) => string): number {
  say(rows.map(line).join('\n') || 'Nothing was found.', rows);
  return rows.length > 0 ? EXIT.done : EXIT.nothing;
}

/** Finds definitions by their name. */
export const symbols: Command = async (input) => {
  const rows = [];
  for (const snapshot of await storedSnapshots(input.client, input.flags))
    for (const { file, startLine, ...found } of await symbolsIn(input.client, snapshot, wordOf(input)))
      rows.push({
        project: snapshot.project,
        path: file.path,
        line: startLine,
        kind: found.kind,
        name: found.qualifiedName,
        signature: found.signature,
      });
  return show(input, rows, ({ path, line, kind, name, signature }) =>
    [onOneLine(`${path}:${line}`), kind.toLowerCase(), signature ?? name].join('  '),
  );
};

const referencesAnswer = z.object({
  node: z
    .object({
      references: z.object({
        nodes: z.array(
          z.object({
            line: z.number(),
            kind: z.string(),
            certainty: z.string(),
            file: z.object({ path: z.string() }),
            inside: z.object({ qualifiedName: z.string() }).nullable(),
          }),
        ),
      }),
    })
    .nullable(),
});

/** Lists the uses of the symbols of a name, the surest first. */
export const references: Command = async (input) => {
  const { client, flags } = input;
  const word = wordOf(input);
  const rows = [];
  for (const snapshot of await storedSnapshots(client, flags)) {
    const found = await symbolsIn(client, snapshot, word);
    for (const { id, qualifiedName, file } of found.filter(
      ({ name, qualifiedName: full }) => name === word || full === word,
    )) {
      const { node } = await client.ask(
        referencesAnswer,
        'query ($id: ID!) { node(id: $id) { ... on Symbol { references(first: 100) { nodes { line kind certainty file { path } inside { qualifiedName } } } } } }',
        { id },
      );
      for (const use of node?.references.nodes ?? [])
        rows.push({
          project: snapshot.project,
          symbol: qualifiedName,
          definedIn: file.path,
          path: use.file.path,
          line: use.line,
          kind: use.kind,
          certainty: use.certainty,
          inside: use.inside?.qualifiedName ?? null,
        });
    }
  }
  return show(input, rows, ({ path, line, kind, certainty, inside }) =>
    [
      onOneLine(`${path}:${line}`),
      kind.toLowerCase(),
      certainty.toLowerCase(),
      inside === null ? '' : `in ${inside}`,
    ]
      .join('  ')
      .trimEnd(),
  );
};

const importEdge = z.object({
  specifier: z.string(),
  packageName: z.string().nullable(),
  line: z.number(),
  from: z.object({ path: z.string() }),
  to: z.object({ path: z.string() }).nullable(),
});
const importsAnswer = z.object({
  node: z
    .object({
      snapshot: z
        .object({
          file: z
            .object({ imports: z.array(importEdge), importedBy: z.object({ nodes: z.array(importEdge) }) })
            .nullable(),
        })
        .nullable(),
    })
    .nullable(),
});
const importFields = 'specifier packageName line from { path } to { path }';

/** Lists what a file imports, and which files import it. */
export const imports: Command = async (input) => {
  const rows = [];
  for (const { syncId, project } of await storedSnapshots(input.client, input.flags)) {
    const { node } = await input.client.ask(
      importsAnswer,
      `query ($id: ID!, $path: String!) { node(id: $id) { ... on ProjectSync { snapshot { file(path: $path) { imports { ${importFields} } importedBy(first: 100) { nodes { ${importFields} } } } } } } }`,
      { id: syncId, path: wordOf(input) },
    );
    const file = node?.snapshot?.file;
    for (const edge of [...(file?.imports ?? []), ...(file?.importedBy.nodes ?? [])])
      rows.push({
        project,
        from: edge.from.path,
        line: edge.line,
        to: edge.to?.path ?? null,
        package: edge.packageName,
        specifier: edge.specifier,
      });
  }
  return show(input, rows, (row) =>
    onOneLine(`${row.from}:${row.line}  ${row.specifier}  ${row.to ?? row.package ?? 'unresolved'}`),
  );
};
