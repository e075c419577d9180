import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestServer } from '../testing/open-test-server.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let project: string;

const entry = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  content: z.string(),
  isActive: z.boolean(),
  writtenAt: z.string().nullable(),
  author: z.object({ name: z.string() }).nullable(),
  replacedById: z.string().nullable(),
});
type Entry = z.infer<typeof entry>;
const outcome = z.union([z.object({ entry }), z.object({ code: z.string() })]);

const entryFields = '{ id kind title content isActive writtenAt author { name } replacedById }';

/** Runs a mutation of notes; returns the entry, or the code of its failure. */
async function change(name: string, input: object): Promise<Entry | string> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) { ... on ${type}Success { entry ${entryFields} } ... on Error { code } } }`;
  const { body } = await server.ask(query, { input });
  const answer = outcome.parse(z.object({ data: z.record(z.string(), z.unknown()) }).parse(body).data[name]);
  return 'entry' in answer ? answer.entry : answer.code;
}

async function changed(name: string, input: object): Promise<Entry> {
  const result = await change(name, input);
  if (typeof result === 'string') throw new Error(`${name} failed with ${result}.`);
  return result;
}

const add = (title: string, content: string) => changed('addNote', { projectId: project, title, content });

const notesAnswer = z.object({
  data: z.object({
    project: z.object({
      notes: z.object({
        totalCount: z.number(),
        nodes: z.array(entry),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    }),
  }),
});

async function notes(args = 'first: 100') {
  const { body } = await server.ask(
    `{ project(slug: "notes") { notes(${args}) { totalCount nodes ${entryFields} pageInfo { hasNextPage endCursor } } } }`,
  );
  return notesAnswer.parse(body).data.project.notes;
}

const hits = z.object({
  data: z.object({
    project: z.object({
      search: z.object({ nodes: z.array(z.object({ entry: z.object({ id: z.string() }) })) }),
    }),
  }),
});

async function search(query: string): Promise<string[]> {
  const { body } = await server.ask(
    'query ($q: String!) { project(slug: "notes") { search(query: $q, kinds: [NOTE], mode: KEYWORD) { nodes { entry { id } } } } }',
    { q: query },
  );
  return hits.parse(body).data.project.search.nodes.map((hit) => hit.entry.id);
}

beforeAll(async () => {
  server = await openTestServer();
  const { body } = await server.ask(
    'mutation { createProject(input: { name: "Notes" }) { ... on CreateProjectSuccess { project { id } } } }',
  );
  const made = z.object({
    data: z.object({ createProject: z.object({ project: z.object({ id: z.string() }) }) }),
  });
  project = made.parse(body).data.createProject.project.id;
}, 60_000);
afterAll(() => server.close());

test('a note is read exactly as it was written, and found by its title and by its text', async () => {
  const content = '  Moor at *slack* water.\n\n    indented\n';
  const note = await add('Mooring rules', content);
  expect(note).toMatchObject({ kind: 'NOTE', title: 'Mooring rules', content, isActive: true });
  expect(note.author?.name).toEqual(expect.any(String));
  expect(Date.parse(note.writtenAt ?? '')).not.toBeNaN();
  expect(await search('mooring')).toEqual([note.id]);
  expect(await search('slack water')).toEqual([note.id]);
});

test('a note that is sent again adds nothing; another title or text is another note', async () => {
  const before = (await notes()).totalCount;
  const sent = await Promise.all(Array.from({ length: 4 }, () => add('Twice', 'Sent again.')));
  expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
  const others = [await add('Twice', 'Another text.'), await add('Thrice', 'Sent again.')];
  expect(new Set([...sent, ...others].map(({ id }) => id)).size).toBe(3);
  expect((await notes()).totalCount).toBe(before + 3);
});

test('an edit replaces the note in lists and in search, and keeps the earlier version readable', async () => {
  const first = await add('Anchorage', 'Anchor in the lagoon.');
  const input = { entryId: first.id, title: 'Anchorage', content: 'Anchor behind the breakwater.' };
  const second = await changed('updateNote', input);
  expect(second).toMatchObject({
    title: 'Anchorage',
    content: 'Anchor behind the breakwater.',
    isActive: true,
  });
  expect(await search('lagoon')).toEqual([]);
  expect(await search('breakwater')).toEqual([second.id]);
  const listed = (await notes()).nodes.map(({ id }) => id);
  expect(listed).toContain(second.id);
  expect(listed).not.toContain(first.id);
  const { body } = await server.ask(
    `query ($id: ID!) { node(id: $id) { ... on MemoryEntry ${entryFields} } }`,
    { id: first.id },
  );
  expect(body).toMatchObject({
    data: { node: { content: 'Anchor in the lagoon.', isActive: false, replacedById: second.id } },
  });
  expect(second.replacedById).toBeNull();
  expect((await changed('updateNote', input)).id).toBe(second.id);
  expect(await change('updateNote', { ...input, content: 'From an old tab.' })).toBe('NOTE_CHANGED');
  expect(await change('removeNote', { entryId: first.id })).toBe('NOTE_CHANGED');
  expect((await changed('updateNote', { ...input, entryId: second.id })).id).toBe(second.id);
});

test('of two edits of one version at once, one is stored and the other is refused', async () => {
  const { id: entryId } = await add('Race', 'Start.');
  const edits = ['One.', 'Two.'].map((content) => change('updateNote', { entryId, title: 'Race', content }));
  const ended = await Promise.all(edits);
  expect(ended.filter((each) => each === 'NOTE_CHANGED')).toHaveLength(1);
  expect((await notes()).nodes.filter(({ title }) => title === 'Race')).toHaveLength(1);
});

test('a removed note leaves lists and search, stays readable, and may be added again', async () => {
  const note = await add('Buoy', 'The fairway buoy is adrift.');
  expect(await changed('removeNote', { entryId: note.id })).toMatchObject({
    id: note.id,
    isActive: false,
    replacedById: null,
  });
  expect(await changed('removeNote', { entryId: note.id })).toMatchObject({ id: note.id });
  expect(await search('fairway')).toEqual([]);
  expect((await notes()).nodes.map(({ id }) => id)).not.toContain(note.id);
  expect(await change('updateNote', { entryId: note.id, title: 'Buoy', content: 'x' })).toBe('NOTE_CHANGED');
  const again = await add('Buoy', 'The fairway buoy is adrift.');
  expect(again.id).not.toBe(note.id);
  expect(await search('fairway')).toEqual([again.id]);
});

test('the notes are listed newest first, page by page, each once', async () => {
  const all = (await notes()).nodes.map(({ id }) => id);
  const paged: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const page = await notes(`first: 2${after === null ? '' : `, after: "${after}"`}`);
    paged.push(...page.nodes.map(({ id }) => id));
    [after, more] = [page.pageInfo.endCursor, page.pageInfo.hasNextPage];
  }
  expect(all.length).toBeGreaterThan(5);
  expect(paged).toEqual(all);
});

test('what is no note, has no text or is no ID is refused by a code', async () => {
  const { id: entryId } = await add('Kept', 'Kept.');
  expect(await change('updateNote', { entryId, title: ' ', content: 'x' })).toBe('INVALID_TITLE');
  expect(await change('updateNote', { entryId, title: 'x', content: '\n' })).toBe('INVALID_CONTENT');
  expect(await change('updateNote', { entryId, title: 'x', content: 'y'.repeat(1_000_001) })).toBe(
    'INVALID_CONTENT',
  );
  for (const id of ['nonsense', project, entryId.slice(0, -4)])
    expect(await change('removeNote', { entryId: id }), id).toBe('NOTE_NOT_FOUND');
  expect((await notes()).nodes.find(({ id }) => id === entryId)?.content).toBe('Kept.');
});
