import { z } from 'zod';
import { fitting } from '../answer-size.ts';
import { footOf, placeInput, placeOf, placeOutput, placeQueries } from '../place.ts';
import { framed, shownName } from '../repository-text.ts';
import { tool } from '../tool.ts';

const document = z.object({
  title: z.string(),
  authority: z.string(),
  kind: z.string(),
  path: z.string().nullable(),
  scope: z.array(z.string()),
  content: z.string(),
});
const answer = z.object({
  node: z
    .object({
      documents: z.object({
        totalCount: z.number(),
        nodes: z.array(document),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    })
    .nullable(),
});
const query =
  'query ($id: ID!, $authority: [Authority!], $path: String, $first: Int, $after: String) { node(id: $id) { ... on Snapshot { documents(authority: $authority, path: $path, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { title authority kind path scope content } } } } }';

/** Reads the rules and documents that hold for a repository. */
export const knowledge = tool({
  name: 'knowledge',
  title: 'Rules and documents',
  description:
    'Reads the rules and documents that hold for a repository or a path in it, binding ones first. Read the MANDATORY ones before you change code.',
  input: z.object({
    ...placeInput,
    authority: z
      .array(z.enum(['MANDATORY', 'GUIDELINE', 'INFORMATIONAL']))
      .optional()
      .describe('Only documents that bind so far; all if left out.'),
    path: z.string().optional().describe('Only the document at this path, or those that speak for it.'),
    limit: z.number().int().min(1).max(20).default(5).describe('The number of documents, 1 to 20.'),
    cursor: z.string().optional().describe('The next_cursor of the answer before.'),
  }),
  output: z.object({
    state: placeOutput,
    documents: z.array(
      document.extend({ content: z.string().describe('Written by people or found in the repository.') }),
    ),
    total: z.number(),
    next_cursor: z.string().nullable(),
  }),
  changes: false,
  queries: [query, ...Object.values(placeQueries)],
  async run(given, api) {
    const place = await placeOf(api, given);
    const { node } = await api.query(answer, query, {
      id: place.snapshotId,
      authority: given.authority ?? null,
      path: given.path ?? null,
      first: given.limit,
      after: given.cursor ?? null,
    });
    const { nodes = [], totalCount = 0, pageInfo } = node?.documents ?? {};
    const rank = ['MANDATORY', 'GUIDELINE', 'INFORMATIONAL'];
    const ordered = nodes
      .toSorted((a, b) => rank.indexOf(a.authority) - rank.indexOf(b.authority))
      .map((each) => ({ ...each, content: each.content.slice(0, 15_000) }));
    const { shown, left } = fitting(ordered, (row) => JSON.stringify(row));
    const next = left === 0 && pageInfo?.hasNextPage === true ? pageInfo.endCursor : null;
    const texts = shown.map(
      ({ title, authority, path, content }) =>
        `${authority}: ${shownName(title)}${path === null ? '' : ` (${shownName(path)})`}\n${framed(title, content)}`,
    );
    const more =
      left > 0
        ? `\n${left} more fit no longer: ask with a smaller limit.`
        : next === null
          ? ''
          : `\nMore: ask with cursor ${next}.`;
    return {
      text: `${texts.join('\n\n') || 'No document holds here.'}${more}\n${footOf(place.state)}`,
      data: { state: place.state, documents: [...shown], total: totalCount, next_cursor: next },
    };
  },
});
