import { beforeEach, expect, test, vi } from 'vitest';
import { connectAndStart, connectNew } from './connect-and-start.ts';

const refused = { ok: false, failure: { code: 'REPOSITORY_NOT_FOUND', message: 'No such repository.' } };
const created = {
  ok: true,
  value: { project: { id: 'P', slug: 'harbour' }, repository: { id: 'R', defaultBranch: 'main' } },
};
const answers: Record<string, unknown> = {};
const sent: unknown[] = [];

vi.mock('../graphql/mutate.ts', () => ({
  mutate: (document: { definitions: { name: { value: string } }[] }, variables: object) => {
    const name = document.definitions[0]?.name.value ?? '';
    sent.push([name, variables]);
    return Promise.resolve(answers[name]);
  },
}));

beforeEach(() => {
  sent.length = 0;
  Object.assign(answers, { CreateProject: created, ConnectRepository: refused });
});
const source = { provider: 'GIT', url: '/nonexistent' } as const;
const wanted = { ...source, name: 'nonexistent' };

test('a project is created together with its repository, so that a refused one leaves none behind', async () => {
  expect(await connectNew(wanted, null)).toEqual({
    ok: true,
    value: { id: 'R', slug: 'harbour', defaultBranch: 'main' },
  });
  answers['CreateProject'] = refused;
  expect(await connectNew(wanted, null)).toEqual(refused);
  const request = ['CreateProject', { input: { name: 'nonexistent', repository: source } }];
  expect(sent).toEqual([request, request]);
});

test('the first sync is part of the same request', async () => {
  expect(await connectAndStart(wanted)).toMatchObject({ ok: true, value: { slug: 'harbour' } });
  expect(sent).toEqual([
    ['CreateProject', { input: { name: 'nonexistent', repository: { ...source, sync: {} } } }],
  ]);
});

test('a project that was there before stays when another repository cannot be connected', async () => {
  expect(await connectNew(wanted, { id: 'P', slug: 'harbour' })).toEqual(refused);
  expect(sent).toEqual([['ConnectRepository', { input: { projectId: 'P', ...source } }]]);
});
