import { beforeEach, expect, test, vi } from 'vitest';
import { connectNew } from './connect-and-start.ts';

const refused = { ok: false, failure: { code: 'REPOSITORY_NOT_FOUND', message: 'No such repository.' } };
const answers: Record<string, unknown> = {};
const sent: string[] = [];

vi.mock('../graphql/mutate.ts', () => ({
  mutate: (document: { definitions: { name: { value: string } }[] }) => {
    const name = document.definitions[0]?.name.value ?? '';
    sent.push(name);
    return Promise.resolve(answers[name]);
  },
}));

beforeEach(() => {
  sent.length = 0;
  Object.assign(answers, {
    CreateProject: { ok: true, value: { project: { id: 'P', slug: 'harbour' } } },
    ConnectRepository: refused,
    RemoveProject: { ok: true, value: {} },
  });
});
const wanted = { provider: 'GIT', url: '/nonexistent', name: 'nonexistent' } as const;

test('a repository that cannot be connected leaves no project behind', async () => {
  expect(await connectNew(wanted)).toEqual({ project: null, outcome: refused });
  expect(sent).toEqual(['CreateProject', 'ConnectRepository', 'RemoveProject']);
});

test('a project that was there before stays when another repository cannot be connected', async () => {
  const existing = { id: 'P', slug: 'harbour' };
  expect(await connectNew(wanted, existing)).toEqual({ project: existing, outcome: refused });
  expect(sent).toEqual(['ConnectRepository']);
});

test('a project whose removal failed is used by the next attempt', async () => {
  answers['RemoveProject'] = { ok: false, failure: { code: 'UNREACHABLE', message: '' } };
  const { project } = await connectNew(wanted);
  answers['ConnectRepository'] = { ok: true, value: { repository: { id: 'R', defaultBranch: 'main' } } };
  expect((await connectNew(wanted, project)).outcome).toEqual({
    ok: true,
    value: { id: 'R', slug: 'harbour', defaultBranch: 'main' },
  });
  expect(sent.filter((name) => name === 'CreateProject')).toHaveLength(1);
});
