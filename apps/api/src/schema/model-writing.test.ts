import { honestModel, startFakeChat, type FakeChat } from '@project-sync/knowledge/testing';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { connectRepository } from '../testing/connected-repository.ts';
import { openTestServer } from '../testing/open-test-server.ts';

let chat: FakeChat;
let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;

beforeAll(async () => {
  chat = await startFakeChat(honestModel);
  server = await openTestServer({
    LLM_BASE_URL: chat.baseUrl,
    LLM_MODEL: 'harbour-1',
    LLM_MONTHLY_TOKENS: '50000',
  });
  at = await createRepository();
  at.commit('main', {
    'src/crane.ts': '/** Lifts boxes. */\nexport function lift(): number {\n  return 1;\n}\n',
  });
  await (await connectRepository(server, { project: 'Harbour', path: at.path })).sync();
}, 120_000);
afterAll(async () => {
  await server.close();
  await at.remove();
  await chat.close();
});

const page = z.object({
  id: z.string(),
  isModelWritten: z.boolean(),
  modelTokens: z.number().nullable(),
  content: z.string(),
});
const state = z.object({
  data: z.object({
    project: z.object({
      id: z.string(),
      modelWriting: z.object({
        model: z.string(),
        isOn: z.boolean(),
        tokensThisMonth: z.number(),
        tokensPerMonth: z.number(),
        tokensPerSync: z.number(),
      }),
      repositories: z.object({
        nodes: z.tuple([
          z.object({
            branch: z.object({ snapshot: z.object({ module: page, reference: page }) }),
          }),
        ]),
      }),
    }),
  }),
});

async function read() {
  const fields = '{ id isModelWritten modelTokens content }';
  const { body } = await server.ask(
    `{ project(slug: "harbour") { id modelWriting { model isOn tokensThisMonth tokensPerMonth tokensPerSync }
       repositories { nodes { branch(name: "main") { snapshot { module: document(path: "modules/src") ${fields} reference: document(path: "api/src") ${fields} } } } } } }`,
  );
  const { project } = state.parse(body).data;
  return { ...project, ...project.repositories.nodes[0].branch.snapshot };
}

const written = z.object({
  data: z.object({
    writeDocument: z.object({ code: z.string().optional(), sync: z.object({ id: z.string() }).optional() }),
  }),
});
async function write(documentId: string, isWanted = true) {
  const { body } = await server.ask(
    'mutation ($input: WriteDocumentInput!) { writeDocument(input: $input) { ... on WriteDocumentSuccess { sync { id } } ... on Error { code } } }',
    { input: { documentId, isWanted } },
  );
  return written.parse(body).data.writeDocument;
}

test('a page costs what is said before, at most, and says after what it did cost', async () => {
  const before = await read();
  expect(before.modelWriting).toEqual({
    model: 'harbour-1',
    isOn: false,
    tokensThisMonth: 0,
    tokensPerMonth: 50_000,
    tokensPerSync: 100_000,
  });
  expect(before.module).toMatchObject({ isModelWritten: false });
  expect(before.module.modelTokens).toBeGreaterThan(700);
  expect(before.reference.modelTokens).toBeNull();
  const { sync } = await write(before.module.id);
  await server.follow('subscription ($id: ID!) { syncProgress(syncId: $id) { sequence } }', { id: sync?.id });
  const after = await read();
  expect(after.module).toMatchObject({ isModelWritten: true });
  expect(after.module.content).toContain('The model harbour-1 wrote the following.');
  expect(after.modelWriting.tokensThisMonth).toBe(700);
  const { body } = await server.ask(
    'query ($id: ID!) { node(id: $id) { ... on ProjectSync { stats { modelCalls modelTokens } warnings { code } } } }',
    { id: sync?.id },
  );
  expect(body).toMatchObject({
    data: { node: { stats: { modelCalls: 1, modelTokens: 700 }, warnings: [] } },
  });
  expect(chat.requests).toHaveLength(1);
});

test('what a model cannot add to is refused with a code', async () => {
  const { reference, module } = await read();
  expect(await write(reference.id)).toMatchObject({ code: 'PAGE_NOT_WRITABLE' });
  expect(await write('RG9jdW1lbnQ6MQ==')).toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
  expect(module.isModelWritten).toBe(true);
});

test('an owner turns it on for all pages, and off', async () => {
  const { id } = await read();
  for (const isOn of [true, false]) {
    const { body } = await server.ask(
      'mutation ($input: SetModelWritingInput!) { setModelWriting(input: $input) { ... on SetModelWritingSuccess { project { modelWriting { isOn } } } ... on Error { code } } }',
      { input: { projectId: id, isOn } },
    );
    expect(body).toMatchObject({ data: { setModelWriting: { project: { modelWriting: { isOn } } } } });
  }
});
