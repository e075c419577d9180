import { z } from 'zod';
import { fitting } from '../answer-size.ts';
import { footOf, placeInput, placeOf, placeOutput, placeQueries } from '../place.ts';
import { ToolRefusal } from '../tool-refusal.ts';
import { shownName } from '../repository-text.ts';
import { tool } from '../tool.ts';

const answer = z.object({ node: z.object({ paths: z.array(z.string()) }).nullable() });
const query = 'query ($id: ID!) { node(id: $id) { ... on Snapshot { paths } } }';

/** Lists folders and files below a folder. */
export const tree = tool({
  name: 'tree',
  title: 'List files',
  description:
    'Lists folders and files below a folder to a depth, with the number of files in each folder. Takes a glob for files anywhere.',
  input: z.object({
    ...placeInput,
    path: z.string().default('').describe('The folder; the root of the repository if left out.'),
    depth: z.number().int().min(1).max(10).default(2).describe('The number of levels to list.'),
    glob: z.string().optional().describe('Only files whose path fits, such as src/**/*.test.ts.'),
    cursor: z.string().optional().describe('The next_cursor of the answer before.'),
  }),
  output: z.object({
    state: placeOutput,
    entries: z.array(z.object({ path: z.string(), files: z.number().nullable() })),
    next_cursor: z.string().nullable(),
  }),
  changes: false,
  queries: [query, ...Object.values(placeQueries)],
  async run(given, api) {
    const place = await placeOf(api, given);
    const { node } = await api.query(answer, query, { id: place.snapshotId });
    const root = given.path.replace(/^(\.?\/)+|\/+$/g, '');
    const below = (node?.paths ?? []).filter((path) => root === '' || path.startsWith(`${root}/`));
    if (below.length === 0 && root !== '')
      throw new ToolRefusal(
        'FOLDER_NOT_FOUND',
        `${place.state.repository} has no folder ${root} at this state.`,
      );
    const all = given.glob === undefined ? levelsOf(below, root, given.depth) : matching(below, given.glob);
    const start = Number(given.cursor ?? 0) || 0;
    const { shown, left } = fitting(all.slice(start), (row) => JSON.stringify(row));
    const next = left > 0 ? String(start + shown.length) : null;
    const lines = shown.map(({ path, files }) =>
      files === null ? shownName(path) : `${shownName(path)}/ (${files} files)`,
    );
    const more = next === null ? '' : `\n${left} more: ask with cursor ${next}.`;
    return {
      text: `${lines.join('\n') || 'Nothing fits.'}${more}\n${footOf(place.state)}`,
      data: { state: place.state, entries: [...shown], next_cursor: next },
    };
  },
});

interface Entry {
  readonly path: string;
  /** The files below a folder; null for a file. */
  readonly files: number | null;
}

function levelsOf(paths: readonly string[], root: string, depth: number): Entry[] {
  const skip = root === '' ? 0 : root.split('/').length;
  const folders = new Map<string, number>();
  const files: Entry[] = [];
  for (const path of paths) {
    const parts = path.split('/');
    const most = Math.min(parts.length - 1, skip + depth);
    for (let end = skip + 1; end <= most; end += 1) {
      const folder = parts.slice(0, end).join('/');
      folders.set(folder, (folders.get(folder) ?? 0) + 1);
    }
    if (parts.length <= skip + depth) files.push({ path, files: null });
  }
  return [...[...folders].map(([path, count]) => ({ path, files: count })), ...files].toSorted((a, b) =>
    a.path < b.path ? -1 : 1,
  );
}

function matching(paths: readonly string[], glob: string): Entry[] {
  const parts = glob.split(/(\*\*\/|\*\*|\*|\?)/).map((part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  const pattern = new RegExp(`^${parts.join('')}$`);
  return paths.filter((path) => pattern.test(path)).map((path) => ({ path, files: null }));
}
