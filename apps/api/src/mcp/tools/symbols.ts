import { z } from 'zod';
import type { Api } from '../api.ts';
import { fitting } from '../answer-size.ts';
import { footOf, placeInput, placeOf, placeOutput, placeQueries, type Place } from '../place.ts';
import { ToolRefusal } from '../tool-refusal.ts';
import { shownName, visible } from '../repository-text.ts';
import { tool } from '../tool.ts';

const definition = z.object({
  id: z.string(),
  name: z.string(),
  qualifiedName: z.string(),
  kind: z.string(),
  signature: z.string().nullable(),
  documentation: z.string().nullable(),
  startLine: z.number(),
  endLine: z.number(),
  file: z.object({ path: z.string() }),
});
const page = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const symbolsAnswer = z.object({
  node: z.object({ symbols: z.object({ nodes: z.array(definition), pageInfo: page }) }).nullable(),
});
const use = z.object({
  line: z.number(),
  kind: z.string(),
  certainty: z.string(),
  file: z.object({ path: z.string() }),
  inside: z.object({ qualifiedName: z.string() }).nullable(),
});
const usesAnswer = z.object({
  node: z
    .object({
      references: z.object({
        totalCount: z.number(),
        edges: z.array(z.object({ cursor: z.string(), node: use })),
        pageInfo: page,
      }),
    })
    .nullable(),
});
const fields = 'id name qualifiedName kind signature documentation startLine endLine file { path }';
const queries = {
  symbols: `query ($id: ID!, $query: String!, $path: String, $first: Int, $after: String) { node(id: $id) { ... on Snapshot { symbols(query: $query, pathPrefix: $path, first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${fields} } } } } }`,
  uses: 'query ($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on Symbol { references(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { line kind certainty file { path } inside { qualifiedName } } } } } } }',
};

const input = z.object({
  ...placeInput,
  name: z.string().min(1).describe('The name of a symbol, or a part of it, such as Router.add.'),
  path: z.string().optional().describe('Only definitions in files whose path starts with this text.'),
  references: z
    .boolean()
    .default(false)
    .describe('True lists where the symbol of exactly this name is used, the surest places first.'),
  limit: z.number().int().min(1).max(100).default(30).describe('The number of rows, 1 to 100.'),
  cursor: z.string().optional().describe('The next_cursor of the answer before.'),
});
const output = z.object({
  state: placeOutput,
  definitions: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      path: z.string(),
      start_line: z.number(),
      end_line: z.number(),
      signature: z.string().nullable(),
    }),
  ),
  references: z.array(
    z.object({
      path: z.string(),
      line: z.number(),
      kind: z.string(),
      certainty: z.string(),
      inside: z.string().nullable(),
    }),
  ),
  total_references: z.number().nullable(),
  next_cursor: z.string().nullable(),
});

/** Finds definitions by name, and the places that use one. */
export const symbols = tool({
  name: 'symbols',
  title: 'Find symbols and their uses',
  description:
    'Finds functions, classes, methods and types by name, with signature and lines. With references: true it lists the callers and other uses of one.',
  input,
  output,
  changes: false,
  queries: [...Object.values(queries), ...Object.values(placeQueries)],
  async run(given, api) {
    const place = await placeOf(api, given);
    return given.references ? usesOf(api, place, given) : definitionsOf(api, place, given);
  },
});

type Given = z.output<typeof input>;
type Definition = z.infer<typeof definition>;

async function definitionsOf(api: Api, place: Place, given: Given) {
  const found = await named(api, place, given);
  const { shown, left } = fitting(found.nodes, (row) => JSON.stringify(row));
  const lines = shown.map(lineOf);
  const { hasNextPage, endCursor } = found.pageInfo;
  const next = left === 0 && hasNextPage ? endCursor : null;
  const more =
    left > 0
      ? `\n${left} more fit no longer: give a path.`
      : next === null
        ? ''
        : `\nMore: ask with cursor ${next}.`;
  return {
    text: `${lines.join('\n') || 'No symbol has this name.'}${more}\n${footOf(place.state)}`,
    data: {
      state: place.state,
      definitions: shown.map(shownDefinition),
      references: [],
      total_references: null,
      next_cursor: next,
    },
  };
}

/** The one symbol of a name; of several in one file the first. */
function exactlyNamed(nodes: readonly Definition[], wanted: string): Definition {
  const exact = nodes.filter(({ name, qualifiedName }) => name === wanted || qualifiedName === wanted);
  const [only] = exact;
  if (only === undefined)
    throw new ToolRefusal(
      'SYMBOL_NOT_FOUND',
      `No symbol is called ${wanted}.${
        nodes.length === 0
          ? ''
          : ` There are ${nodes
              .slice(0, 5)
              .map(({ qualifiedName }) => qualifiedName)
              .join(', ')}.`
      }`,
    );
  if (exact.length > 1 && new Set(exact.map(({ file }) => file.path)).size > 1)
    throw new ToolRefusal(
      'SYMBOL_AMBIGUOUS',
      `${wanted} is defined in ${exact.slice(0, 5).map(lineOf).join('; ')}. Give its path.`,
    );
  return only;
}

async function usesOf(api: Api, place: Place, given: Given) {
  const { nodes } = await named(api, place, { ...given, cursor: undefined, limit: 100 });
  const only = exactlyNamed(nodes, given.name);
  const { node } = await api.query(usesAnswer, queries.uses, {
    id: only.id,
    first: given.limit,
    after: given.cursor ?? null,
  });
  const { edges = [], totalCount = 0, pageInfo } = node?.references ?? {};
  const { shown: fit, left } = fitting(edges, (row) => JSON.stringify(row.node));
  const shown = fit.map((edge) => edge.node);
  const next = left > 0 || pageInfo?.hasNextPage === true ? (fit.at(-1)?.cursor ?? null) : null;
  const lines = shown.map(
    ({ file, line, kind, certainty, inside }) =>
      `${shownName(file.path)}:${line} ${kind.toLowerCase()}, ${certainty.toLowerCase()}${inside === null ? '' : `, in ${shownName(inside.qualifiedName)}`}`,
  );
  return {
    text: `${lineOf(only)}\n${totalCount} uses:\n${lines.join('\n')}${next === null ? '' : `\nMore: ask with cursor ${next}.`}\n${footOf(place.state)}`,
    data: {
      state: place.state,
      definitions: [shownDefinition(only)],
      references: shown.map(({ file, inside, ...rest }) => ({
        ...rest,
        path: file.path,
        inside: inside?.qualifiedName ?? null,
      })),
      total_references: totalCount,
      next_cursor: next,
    },
  };
}

async function named(api: Api, place: Place, given: Given) {
  const { node } = await api.query(symbolsAnswer, queries.symbols, {
    id: place.snapshotId,
    query: given.name,
    path: given.path ?? null,
    first: given.limit,
    after: given.cursor ?? null,
  });
  return node?.symbols ?? { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
}

function shownDefinition({ qualifiedName, kind, file, startLine, endLine, signature }: Definition) {
  return { name: qualifiedName, kind, path: file.path, start_line: startLine, end_line: endLine, signature };
}

function lineOf({ file, startLine, endLine, kind, signature, qualifiedName }: Definition): string {
  return `${shownName(file.path)}:${startLine}-${endLine} ${kind.toLowerCase()} ${visible(signature ?? qualifiedName)}`;
}
