import { generateKeyPairSync } from 'node:crypto';
import type { FakeGitHubOptions } from '@project-sync/fake-github';
import { afterEach, describe, expect, it } from 'vitest';
import { formatOf } from '../objects/git-object.ts';
import { parsePath, pathToBytes } from '../objects/git-path.ts';
import type { SourceCall } from '../ports/source.ts';
import { listingOf, RandomHistory } from '../testing/index.ts';
import { fetchRepoTreeWithSha } from './fetch-repo-tree-with-sha.ts';
import { githubClient } from './github-source.ts';
import { Holdings } from './testing/holdings.ts';
import { createWorld, freshToken, manyFiles, type World } from './testing/world.ts';

const call: SourceCall = { signal: new AbortController().signal };
const worlds: World[] = [];

afterEach(async () => {
  for (const made of worlds.splice(0)) await made.close();
});

async function world(options?: FakeGitHubOptions): Promise<World> {
  const made = await createWorld(options);
  worlds.push(made);
  return made;
}

const listed = (holdings: Holdings, tree: string): Buffer => listingOf(holdings.trees, tree, formatOf(tree));

describe('a GitHub repository as a source', () => {
  it('lists exactly what git ls-tree lists, over random histories with force-pushes and hostile names', async () => {
    for (let seed = 1; seed <= 4; seed += 1) {
      const { repository, github, source } = await world();
      const history = new RandomHistory(repository, seed);
      const holdings = new Holdings();
      const reader = source();
      for (let step = 0; step < 10; step += 1) {
        const { branch, commit, what } = history.step();
        const head = await holdings.read(reader, branch, call);
        if (head === null) expect(holdings.base?.commitOid).toBe(commit);
        else
          expect(
            listed(holdings, head.treeOid).equals(repository.lsTree(commit)),
            `seed ${seed}, step ${step}: ${what}`,
          ).toBe(true);
      }
      expect(github.log.filter((request) => request.status >= 500)).toEqual([]);
    }
  });

  it('makes one request for an unchanged branch', async () => {
    const { repository, github, source } = await world();
    const commit = repository.commit('main', manyFiles(30));
    expect(await source().head('main', commit, call)).toEqual({ kind: 'unchanged' });
    expect(github.log).toHaveLength(1);
  });

  it('says who wrote the commit at the head, with a token and without', async () => {
    const { repository, source } = await world();
    repository.commit('main', { a: '1' }, { author: 'First Author', message: 'Count' });
    const expected = {
      kind: 'head',
      head: { author: 'First Author', message: 'Count', committedAt: new Date(1_700_000_060_000) },
    };
    expect(await source().head('main', null, call)).toMatchObject(expected);
    expect(await source({ credentials: { kind: 'anonymous' } }).head('main', null, call)).toMatchObject(
      expected,
    );
  });

  it('looks at the heads of branches over conditional requests, which cost nothing while none has moved', async () => {
    const { repository, github, source } = await world();
    const commit = repository.commit('main', { 'a.txt': 'a' });
    const topics = Array.from({ length: 130 }, (_, number) => `topic/${number}`);
    repository.git('fetch', '--quiet', '.', ...topics.map((name) => `refs/heads/main:refs/heads/${name}`));
    for (const names of [
      ['main', 'topic/7', 'never/was'],
      ['main', 'never/was', ...topics.slice(0, 9)],
    ]) {
      const reader = source();
      const first = await reader.heads(names, new Map(), call);
      expect(first.heads).toEqual(
        new Map(names.filter((name) => name !== 'never/was').map((name) => [name, commit])),
      );
      github.log.length = 0;
      const again = await reader.heads(names, first.seen, call);
      expect(again.heads).toEqual(first.heads);
      const free = github.log.filter(({ status }) => status === 304);
      expect(free.map(({ cost }) => cost)).toEqual(free.map(() => 0));
      expect(free).toHaveLength(github.log.length - (names.length > 5 ? 0 : 1));
      const moved = repository.commit('main', { 'a.txt': `${names.length}` });
      expect((await reader.heads(names, again.seen, call)).heads.get('main')).toBe(moved);
      repository.point('main', commit);
    }
  });

  it('counts the commits between two like Git, and returns null if one of them is gone', async () => {
    const { repository, source } = await world();
    const known = repository.commit('main', { 'a.txt': 'a' });
    repository.commit('main', { 'a.txt': 'b' });
    const head = repository.commit('main', { 'a.txt': 'c' });
    expect(await source().commitsBetween(known, head, call)).toBe(2);
    expect(await source().commitsBetween(head, head, call)).toBe(0);
    repository.point('main', known);
    const other = repository.commit('main', { 'b.txt': 'b' });
    expect(await source().commitsBetween(head, other, call)).toBe(1);
    expect(await source().commitsBetween('0'.repeat(39) + '1', other, call)).toBeNull();
  });

  it('makes three requests for up to a hundred changed files of a commit after the stored one', async () => {
    const { repository, github, source } = await world();
    repository.commit('main', manyFiles(400));
    const holdings = new Holdings();
    const reader = source();
    await holdings.read(reader, 'main', call);
    github.log.length = 0;
    const commit = repository.commit('main', {
      ...manyFiles(98, 'second'),
      'src/part1/file1.ts': null,
      'new/deep/a.ts': 'a\n',
    });
    const head = await holdings.read(reader, 'main', call);
    expect(github.log.map((request) => request.path.split('/').at(4) ?? request.path)).toEqual([
      '/graphql',
      'compare',
      '/graphql',
    ]);
    expect(listed(holdings, head?.treeOid ?? '').equals(repository.lsTree(commit))).toBe(true);
  });

  it('requests modes if the guessed ones fail verification, and uses the texts that come along', async () => {
    const { repository, github, source } = await world();
    repository.commit('main', manyFiles(40));
    const holdings = new Holdings();
    const reader = source();
    await holdings.read(reader, 'main', call);
    github.log.length = 0;
    const commit = repository.commit('main', {
      'run.sh': { content: 'run\n', mode: '100755' },
      link: { content: 'run.sh', mode: '120000' },
    });
    const head = await holdings.read(reader, 'main', call);
    expect(github.log).toHaveLength(3);
    expect(listed(holdings, head?.treeOid ?? '').equals(repository.lsTree(commit))).toBe(true);
  });

  it('makes four requests for a first import of any size', async () => {
    for (const count of [300, 1_500]) {
      const { repository, github, source } = await world();
      repository.commit('main', manyFiles(count));
      await new Holdings().read(source(), 'main', call);
      expect(github.log).toHaveLength(4);
    }
  });

  it('makes one request for a new branch that shares everything', async () => {
    const { repository, github, source } = await world();
    const commit = repository.commit('main', manyFiles(30));
    const holdings = new Holdings();
    await holdings.read(source(), 'main', call);
    repository.point('other', commit);
    repository.commit('other', { 'x.txt': 'x\n' });
    repository.commit('other', { 'x.txt': null });
    holdings.base = null;
    github.log.length = 0;
    await holdings.read(source(), 'other', call);
    expect(github.log).toHaveLength(1);
  });

  it('ignores the comparison after a force-push', async () => {
    const { repository, source } = await world();
    const first = repository.commit('main', manyFiles(20));
    repository.commit('main', { 'src/part1/file1.ts': 'lost\n', 'lost.ts': 'lost\n' });
    const holdings = new Holdings();
    const reader = source();
    await holdings.read(reader, 'main', call);
    const pushed = repository.commit('main', { 'won.ts': 'won\n' }, { from: first });
    const head = await holdings.read(reader, 'main', call);
    expect(listed(holdings, head?.treeOid ?? '').equals(repository.lsTree(pushed))).toBe(true);
  });

  it('completes a listing that was cut off, level by level', async () => {
    const { repository, github, source } = await world({ limits: { treeEntries: 100 } });
    const commit = repository.commit('main', manyFiles(400));
    const holdings = new Holdings();
    const head = await holdings.read(source(), 'main', call);
    expect(listed(holdings, head?.treeOid ?? '').equals(repository.lsTree(commit))).toBe(true);
    expect(github.log.length).toBeLessThanOrEqual(6);
  });

  it('reads every content byte for byte: binary, Latin-1, empty, long, hidden from or rewritten in archives', async () => {
    const { repository, source } = await world();
    repository.commit('main', {
      ...manyFiles(250),
      '.gitattributes': 'secret.ts export-ignore\nversion.ts export-subst\n',
      'secret.ts': 'hidden\n',
      'version.ts': '$Format:%H$\n',
      'binary.bin': Buffer.from([0, 1, 2, 255]),
      'latin1.txt': Buffer.from('caf\xe9 \xfc\n', 'latin1'),
      'bom.txt': '\ufeffwith a mark\n',
      'empty.txt': '',
      'long.txt': 'x'.repeat(600_000),
      link: { content: '../outside', mode: '120000' },
    });
    // The holdings check each content's hash and that each came exactly once.
    const holdings = new Holdings();
    expect(await holdings.read(source(), 'main', call)).not.toBeNull();
    const small = new Holdings();
    repository.commit(
      'small',
      {
        'binary.bin': Buffer.from([0, 1]),
        'latin1.txt': Buffer.from('\xe9', 'latin1'),
        'long.txt': 'y'.repeat(600_000),
      },
      { from: null },
    );
    expect(await small.read(source(), 'small', call)).not.toBeNull();
  });

  it('leaves a content over the limit out and reports its true size', async () => {
    const { repository, source } = await world();
    repository.commit('main', { 'big.txt': 'x'.repeat(5_000) });
    const reader = source();
    const answer = await reader.head('main', null, call);
    if (answer.kind !== 'head') throw new Error('No head.');
    const oid = repository.git('rev-parse', 'main:big.txt').toString().trim();
    for (const size of [null, 5_000]) {
      const wanted = [{ oid, path: parsePath('big.txt'), size }];
      const blobs = [];
      for await (const batch of reader.blobs({ head: answer.head, wanted, maxBytes: 1_000, total: 1 }, call))
        blobs.push(...batch);
      expect(blobs).toEqual([{ oid, kind: 'too-large', size: 5_000 }]);
    }
  });

  it('reads a public repository without a token, over REST alone', async () => {
    const { repository, github, source } = await world();
    const commit = repository.commit('main', manyFiles(50));
    repository.point('feature/x', commit);
    const reader = source({ credentials: { kind: 'anonymous' } });
    const holdings = new Holdings();
    const head = await holdings.read(reader, 'feature/x', call);
    expect(listed(holdings, head?.treeOid ?? '').equals(repository.lsTree(commit))).toBe(true);
    expect((await reader.branches({ first: 10 }, call)).branches.map((branch) => branch.name)).toEqual([
      'main',
      'feature/x',
    ]);
    expect(await reader.defaultBranch(call)).toBe('main');
    expect(await reader.head('gone', null, call)).toEqual({ kind: 'gone' });
    expect(github.log.filter((request) => request.token !== null || request.path === '/graphql')).toEqual([]);
  });

  it('pages and filters branches, the default one first', async () => {
    const { repository, source } = await world();
    const commit = repository.commit('main', { a: 'a' });
    for (const name of ['alpha', 'beta', 'feature/one', 'zeta']) repository.point(name, commit);
    const reader = source();
    const first = await reader.branches({ first: 3 }, call);
    expect(first.totalCount).toBe(5);
    expect(first.branches[0]).toEqual({ name: 'main', headOid: commit, isDefault: true });
    const second = await reader.branches({ first: 3, after: first.endCursor ?? '' }, call);
    const names = [...first.branches, ...second.branches].map((branch) => branch.name);
    expect(names.toSorted()).toEqual(['alpha', 'beta', 'feature/one', 'main', 'zeta']);
    expect(
      (await reader.branches({ first: 3, query: 'ONE' }, call)).branches.map((branch) => branch.name),
    ).toEqual(['feature/one']);
  });

  it('answers for an empty repository and a missing branch', async () => {
    const { source } = await world();
    expect(await source().defaultBranch(call)).toBeNull();
    expect(await source().head('main', null, call)).toEqual({ kind: 'gone' });
    expect((await source().branches({ first: 5 }, call)).branches).toEqual([]);
  });

  it('returns the flat list of a commit with sizes', async () => {
    const { repository, github, clock } = await world();
    const commit = repository.commit('main', {
      'b/c.txt': 'four',
      'b.txt': '',
      'a-é': { content: 'x', mode: '100755' },
    });
    const client = githubClient({
      repository: { owner: 'acme', name: 'widget' },
      credentials: freshToken(),
      apiUrl: github.url,
      clock,
    });
    const treeOid = repository.git('rev-parse', 'main^{tree}').toString().trim();
    const files = await fetchRepoTreeWithSha(
      client,
      { commitOid: commit, treeOid, format: 'sha1', committedAt: null, message: null, author: null },
      call,
    );
    const lines = files.map((file) =>
      Buffer.concat([
        Buffer.from(`${file.mode.toString(8)} blob ${file.sha}\t`),
        pathToBytes(file.path),
        Buffer.from([0]),
      ]),
    );
    expect(Buffer.concat(lines).equals(repository.lsTree(commit))).toBe(true);
    expect(files.map((file) => file.size)).toEqual([1, 0, 4]);
  });

  it('follows a renamed repository and works below the paths of an Enterprise server', async () => {
    const { repository, github, source } = await world();
    repository.commit('main', manyFiles(250));
    github.repositories.rename('acme/widget', 'acme/gadget');
    const reader = source({ apiUrl: `${github.url}/api/v3` });
    expect(await new Holdings().read(reader, 'main', call)).not.toBeNull();
  });

  it('works as an App’s installation and renews its token after an hour', async () => {
    const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const { repository, github, clock, source } = await world({
      tokens: {},
      apps: [{ appId: '7', publicKey, installations: ['42'] }],
    });
    repository.commit('main', { a: 'a' });
    const reader = source({ credentials: { kind: 'app', appId: '7', installationId: '42', privateKey } });
    await reader.head('main', null, call);
    await reader.head('main', null, call);
    await clock.sleep(3_600_000, call.signal);
    await reader.head('main', null, call);
    expect(github.log.filter((request) => request.path.endsWith('/access_tokens'))).toHaveLength(2);
    expect(github.log.every((request) => request.status < 300)).toBe(true);
  });
});
