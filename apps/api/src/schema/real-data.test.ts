import { randomUUID } from 'node:crypto';
import { Kind, parse } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureCases } from '../testing/failure-cases.ts';
import { at_, partsOf, RealWorld, text } from '../testing/real-world.ts';

const world = new RealWorld();
const { ids, answered, ask, finished, sync, keyFor } = world;
beforeAll(() => world.open());
afterAll(() => world.close());

const fileFields =
  'id path oid mode size language isBinary text addedBy { id } supersededBy { id } versions(first: 5) { totalCount nodes { id oid } edges { cursor } pageInfo { hasNextPage } }';
const syncFields = `id repository { id } branch trigger status phase progress commitOid queuedAt startedAt completedAt previous { id } next { id } restoredFrom { id } warnings { code message path }
  failure { code message retryable } stats { filesTotal filesAdded filesModified filesRemoved filesRenamed filesUnchanged filesSkipped sourceRequests bytesFetched blobsFetched blobsReused entriesCreated
  entriesSuperseded embeddingsComputed embeddingsReused docsGenerated docsReused } changes(first: 10) { totalCount nodes { kind path previousPath oid previousOid } } snapshot { commitOid sync { id } }`;

describe('the contract over real data', () => {
  test('reads a project, its repository, its branch and the snapshot with every field', async () => {
    const answer = await ask(
      `query($slug: String!) { viewer { id name email } projects(first: 5) { totalCount nodes { slug } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
      project(slug: $slug) { id slug name description createdAt viewerRole syncs(first: 10, status: [COMPLETED]) { totalCount nodes { ${syncFields} } }
        repositories { totalCount nodes { id provider url name defaultBranch project { id } branches(first: 10) { totalCount nodes { name headOid isDefault status } }
          syncs(branch: "main", first: 1) { nodes { id } }
          branch(name: "main") { id name isDefault headOid status repository { id } lastSync { id } activeSync { id }
            plan { commitOid filesAdded filesModified filesRemoved filesRenamed blobsToFetch bytesToFetch tokensToEmbed }
            snapshot { commitOid files(first: 100) { totalCount nodes { ${fileFields} } } tree { kind name path file { id } } sub: tree(path: "src") { kind name path }
              file(path: "src/berth.ts") { ${fileFields} } memory(first: 50) { totalCount nodes { id kind title content path symbol language startLine endLine isActive addedBy { id } supersededBy { id } } } } } } }
        patterns { totalCount nodes { id } } documents { totalCount nodes { id } } } }`,
      { slug: 'harbour' },
    );
    expect(at_(answer, 'errors')).toBeUndefined();
    const branch = at_(answer, 'data.project.repositories.nodes.0.branch');
    ids.branch = text(branch, 'id');
    ids.file = text(branch, 'snapshot.file.id');
    const memory = at_(branch, 'snapshot.memory.nodes');
    ids.entry = text(memory, '0.id');
    expect(at_(branch, 'status')).toBe('UP_TO_DATE');
    expect(at_(branch, 'headOid')).toBe(world.at.head('main'));
    expect(at_(branch, 'snapshot.files.nodes')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'link', mode: '120000' }),
        expect.objectContaining({ path: 'module', mode: '160000', text: null }),
        expect.objectContaining({ path: 'logo.bin', isBinary: true, text: null }),
        expect.objectContaining({ path: 'bin/renamed', mode: '100755' }),
      ]),
    );
    expect(at_(branch, 'snapshot.file.versions.totalCount')).toBe(2);
    expect(memory).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'CODE', symbol: 'allocateBerth', language: 'typescript' }),
        expect.objectContaining({ kind: 'LETTER' }),
        expect.objectContaining({ kind: 'DOC' }),
      ]),
    );
    const changes = at_(answer, 'data.project.syncs.nodes.0.changes.nodes');
    expect(changes).toEqual([
      expect.objectContaining({ kind: 'RENAMED', path: 'bin/renamed', previousPath: 'bin/tool' }),
      expect.objectContaining({ kind: 'MODIFIED', path: 'src/berth.ts' }),
    ]);
  });

  test('finds what was asked for in each mode, and as of an earlier sync', async () => {
    for (const mode of ['HYBRID', 'SEMANTIC', 'KEYWORD']) {
      const answer = await ask(
        'query($m: SearchMode, $a: ID) { project(slug: "harbour") { search(query: "allocate a berth", mode: $m, kinds: [CODE], asOf: $a) { totalCount nodes { score snippet isCurrent commitOid entry { path symbol content } file { path } } } } }',
        { m: mode },
      );
      expect(at_(answer, 'data.project.search.nodes.0'), mode).toMatchObject({
        isCurrent: true,
        entry: { path: 'src/berth.ts', symbol: 'allocateBerth' },
        file: { path: 'src/berth.ts' },
      });
      const earlier = await ask(
        'query($m: SearchMode, $a: ID) { project(slug: "harbour") { search(query: "allocate a berth", mode: $m, asOf: $a, kinds: [CODE]) { nodes { isCurrent entry { content } } } } }',
        { m: mode, a: ids.sync },
      );
      expect(text(earlier, 'data.project.search.nodes.0.entry.content')).not.toContain('+ 1');
      expect(at_(earlier, 'data.project.search.nodes.0.isCurrent')).toBe(false);
    }
  });

  test('keeps notes and documents, and finds each thing again by its id', async () => {
    const note = await ask(
      'mutation($p: ID!) { addNote(input: { projectId: $p, title: "Tides", content: "Look at the tide table first." }) { ... on AddNoteSuccess { entry { id kind title } } } }',
      { p: ids.project },
    );
    expect(at_(note, 'data.addNote.entry')).toMatchObject({ kind: 'NOTE', title: 'Tides' });
    for (const content of ['one', 'two']) {
      const put = await ask(
        'mutation($p: ID!, $c: String!) { putDocument(input: { projectId: $p, title: "Rules", content: $c, authority: MANDATORY }) { ... on PutDocumentSuccess { document { id title content authority isGenerated sources updatedAt addedBy { id } } } } }',
        { p: ids.project, c: content },
      );
      ids.document = text(put, 'data.putDocument.document.id');
    }
    const found = await ask(
      'query { project(slug: "harbour") { documents { totalCount nodes { content } } search(query: "tide table", kinds: [NOTE]) { nodes { entry { title } file { id } } } } }',
    );
    expect(at_(found, 'data.project.documents')).toMatchObject({
      totalCount: 1,
      nodes: [{ content: 'two' }],
    });
    expect(at_(found, 'data.project.search.nodes.0')).toMatchObject({
      entry: { title: 'Tides' },
      file: null,
    });
    const list = [ids.project, ids.repository, ids.sync, ids.file, ids.entry, ids.branch, ids.document];
    const nodes = await ask('query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids: list });
    expect(at_(nodes, 'data.nodes')).toEqual(
      ['Project', 'Repository', 'ProjectSync', 'RepositoryFile', 'MemoryEntry', 'Branch', 'Document'].map(
        (__typename, index) => ({ __typename, id: list[index] }),
      ),
    );
  });

  test('brings an earlier state back as a new sync', async () => {
    const restored = await ask(
      'mutation($s: ID!) { restoreMemory(input: { syncId: $s }) { ... on RestoreMemorySuccess { sync { id trigger restoredFrom { id } } } ... on Error { code } } }',
      { s: ids.sync },
    );
    expect(at_(restored, 'data.restoreMemory.sync')).toMatchObject({
      trigger: 'RESTORE',
      restoredFrom: { id: ids.sync },
    });
    expect(await finished(text(restored, 'data.restoreMemory.sync.id'))).toBe('COMPLETED');
    const now = await ask(
      'query { project(slug: "harbour") { repositories { nodes { branch(name: "main") { status commitsBehind snapshot { file(path: "bin/tool") { path } } } } } } }',
    );
    expect(at_(now, 'data.project.repositories.nodes.0.branch')).toEqual({
      status: 'BEHIND',
      commitsBehind: 1,
      snapshot: { file: { path: 'bin/tool' } },
    });
  });
});

describe('expected failures', () => {
  const cases = failureCases(world);

  test('every code that the resolvers give is provoked here', () => {
    const folder = new URL('./', import.meta.url);
    const codes = new Set<string>();
    for (const name of readdirSync(folder).filter((each) => /^[a-z-]+\.ts$/.test(each))) {
      const source = readFileSync(new URL(name, folder), 'utf8');
      for (const [, code = ''] of source.matchAll(/failed\(\s*'\w+',\s*'([A-Z_]+)'/g)) codes.add(code);
      for (const [, what = ''] of source.matchAll(/notFound\('([a-z ]+)'\)/g))
        codes.add(`${what.toUpperCase().replaceAll(' ', '_')}_NOT_FOUND`);
    }
    expect(codes.size).toBeGreaterThan(15);
    expect([...codes].filter((code) => cases[code] === undefined)).toEqual([]);
  });

  test.each(Object.entries(cases))('%s is told with a sentence', async (code, provoke) => {
    const answer = await provoke();
    const result: unknown = Object.values(at_(answer, 'data') ?? {})[0];
    const sentence: unknown = expect.stringMatching(/^[A-Z].{10,}\.$/);
    expect(result, JSON.stringify(answer)).toMatchObject({ code, message: sentence });
  });
});

describe('walls between tenants', () => {
  const unknown = {
    project: 'UHJvamVjdDowMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDA=',
    sync: Buffer.from(
      'ProjectSync:00000000-0000-4000-8000-000000000000:00000000-0000-4000-8000-000000000000',
    ).toString('base64'),
  };

  test('a stranger and a member of another project learn nothing, not even that something exists', async () => {
    const other = await keyFor(null, ['ADMIN']);
    const both = async (query: string, own: object, none: object) =>
      expect(await ask(query, own, other)).toEqual(await ask(query, none, other));
    for (const id of [ids.project, ids.repository, ids.sync, ids.file, ids.entry, ids.branch, ids.document]) {
      expect(
        at_(await ask('query($id: ID!) { node(id: $id) { id } }', { id }, other), 'data.node'),
      ).toBeNull();
    }
    await both('query($s: String!) { project(slug: $s) { id } }', { s: 'harbour' }, { s: 'no-such-project' });
    await both(
      'mutation($p: ID!) { addNote(input: { projectId: $p, title: "x", content: "x" }) { __typename ... on Error { code message } } }',
      { p: ids.project },
      { p: unknown.project },
    );
    await both(
      'mutation($p: ID!) { removeProject(input: { projectId: $p }) { __typename ... on Error { code message } } }',
      { p: ids.project },
      { p: unknown.project },
    );
    await both(
      'mutation($s: ID!) { cancelSync(input: { syncId: $s }) { __typename ... on Error { code message } } }',
      { s: ids.sync },
      { s: unknown.sync },
    );
    await both(
      'mutation($s: ID!) { restoreMemory(input: { syncId: $s }) { __typename ... on Error { code message } } }',
      { s: ids.sync },
      { s: unknown.sync },
    );
    expect(at_(await ask('{ projects { totalCount } }', {}, other), 'data.projects.totalCount')).toBe(0);
    expect(JSON.stringify(await ask('{ projects { totalCount } }', {}, null))).toMatch(
      /FORBIDDEN|UNAUTHENTICATED/,
    );
  });

  test('a VIEWER looks and changes nothing, and a key does no more than its scopes', async () => {
    const viewer = await keyFor('VIEWER', ['ADMIN']);
    expect(
      at_(await ask('{ project(slug: "harbour") { viewerRole } }', {}, viewer), 'data.project.viewerRole'),
    ).toBe('VIEWER');
    expect(
      text(
        await ask(
          'mutation($p: ID!) { addNote(input: { projectId: $p, title: "x", content: "x" }) { ... on Error { code } } }',
          { p: ids.project },
          viewer,
        ),
        'data.addNote.code',
      ),
    ).toBe('ROLE_TOO_LOW');
    expect(
      text(
        await ask(
          'mutation($r: ID!) { startSync(input: { repositoryId: $r }) { ... on Error { code } } }',
          { r: ids.repository },
          viewer,
        ),
        'data.startSync.code',
      ),
    ).toBe('ROLE_TOO_LOW');
    const reader = await keyFor('OWNER', ['READ']);
    expect(
      JSON.stringify(
        await ask(
          'mutation($r: ID!) { startSync(input: { repositoryId: $r }) { ... on Error { code } } }',
          { r: ids.repository },
          reader,
        ),
      ),
    ).toContain('FORBIDDEN');
    expect(
      JSON.stringify(
        await ask(
          'mutation { createApiKey(input: { name: "x", scopes: [ADMIN] }) { __typename } }',
          {},
          reader,
        ),
      ),
    ).toContain('FORBIDDEN');
    const syncer = await keyFor('OWNER', ['SYNC']);
    expect(
      JSON.stringify(
        await ask('mutation { createProject(input: { name: "x" }) { __typename } }', {}, syncer),
      ),
    ).toContain('FORBIDDEN');
  });
});

describe('what is rarer', () => {
  test('tells of a sync at work, of what failed, and of what was left out', async () => {
    const { system } = world.server.database;
    const [projectId, repositoryId] = partsOf(ids.repository);
    const id = randomUUID();
    await system.execute(
      `INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger, status, lease_until)
       SELECT $1, $2, $3, id, 'MANUAL', 'RUNNING', now() + interval '1 hour' FROM branch WHERE project_id = $1 AND name = 'main'`,
      [projectId, id, repositoryId],
    );
    const active = await ask(
      'query($r: ID!) { node(id: $r) { ... on Repository { branch(name: "main") { status activeSync { id } } } } }',
      { r: ids.repository },
    );
    expect(at_(active, 'data.node.branch.status')).toBe('SYNCING');
    await system.execute(
      `UPDATE project_sync SET status = 'FAILED', failure_code = 'SOURCE_TIMEOUT', failure_message = 'It took too long.', failure_retryable = true,
              warnings = '[{"code":"FILE_SKIPPED","message":"It was too large.","path":"big.bin"}]' WHERE project_id = $1 AND id = $2`,
      [projectId, id],
    );
    const failed = await ask(
      'query { project(slug: "harbour") { syncs(status: [FAILED]) { nodes { failure { code message retryable } warnings { code message path } } } } }',
    );
    expect(at_(failed, 'data.project.syncs.nodes.0')).toEqual({
      failure: { code: 'SOURCE_TIMEOUT', message: 'It took too long.', retryable: true },
      warnings: [{ code: 'FILE_SKIPPED', message: 'It was too large.', path: 'big.bin' }],
    });
  });

  test('tells what took the place of a file and of what was known of it', async () => {
    const answer = await ask(
      'query($s: ID!) { node(id: $s) { ... on ProjectSync { snapshot { file(path: "src/berth.ts") { supersededBy { id } } memory(kinds: [CODE], path: "src/berth.ts") { nodes { supersededBy { id } } } } } } }',
      { s: ids.sync },
    );
    expect(at_(answer, 'data.node.snapshot')).toEqual({
      file: { supersededBy: { id: ids.second } },
      memory: { nodes: [{ supersededBy: { id: ids.second } }] },
    });
  });

  test('lists patterns with where they were seen, documents with the sync that wrote them, and keys', async () => {
    const { system } = world.server.database;
    const [projectId] = partsOf(ids.project);
    await system.execute(
      `INSERT INTO pattern (project_id, id, kind, title, description, severity, frequency, evidence)
       VALUES ($1, $2, 'NAMING', 'Berths', 'They are found.', 'LOW', 3, ARRAY[$3::int8])`,
      [projectId, randomUUID(), partsOf(ids.entry)[1]],
    );
    await system.execute(
      `INSERT INTO document (project_id, id, title, content, authority, is_generated, sources, sync_id)
       VALUES ($1, $2, 'A map', 'x', 'GUIDELINE', true, '{README.md}', $3)`,
      [projectId, randomUUID(), partsOf(ids.sync)[1]],
    );
    const created = await ask(
      'mutation($p: ID!) { createApiKey(input: { name: "k", scopes: [READ], projectId: $p, expiresAt: "2099-01-01T00:00:00.000Z" }) { ... on CreateApiKeySuccess { key apiKey { id name prefix scopes project { id } createdAt expiresAt } } } }',
      { p: ids.project },
    );
    await ask('{ projects { totalCount } }', {}, text(created, 'data.createApiKey.key'));
    const answer = await ask(
      'query { apiKeys { id lastUsedAt } project(slug: "harbour") { patterns { nodes { id kind title description severity frequency evidence { id path } } } documents(authority: [GUIDELINE]) { nodes { isGenerated sources addedBy { id } } } } }',
    );
    expect(at_(answer, 'errors')).toBeUndefined();
    expect(at_(answer, 'data.project.patterns.nodes.0')).toMatchObject({
      kind: 'NAMING',
      severity: 'LOW',
      frequency: 3,
    });
    expect(at_(answer, 'data.project.documents.nodes')).toEqual([
      { isGenerated: true, sources: ['README.md'], addedBy: { id: ids.sync } },
    ]);
    const revoked = await ask(
      'mutation($k: ID!) { revokeApiKey(input: { id: $k }) { ... on RevokeApiKeySuccess { apiKey { id lastUsedAt } } } }',
      { k: text(created, 'data.createApiKey.apiKey.id') },
    );
    expect(text(revoked, 'data.revokeApiKey.apiKey.lastUsedAt')).toMatch(/^20/);
  });

  test('is called otherwise from now on, embeds what lacks a vector, and tells of the syncs of a project', async () => {
    const named = await ask(
      'mutation($p: ID!) { updateProject(input: { projectId: $p, description: "Ships" }) { ... on UpdateProjectSuccess { project { description } } } refreshEmbeddings(input: { projectId: $p }) { ... on RefreshEmbeddingsSuccess { project { id } } } }',
      { p: ids.project },
    );
    expect(at_(named, 'data')).toEqual({
      updateProject: { project: { description: 'Ships' } },
      refreshEmbeddings: { project: { id: ids.project } },
    });
    const activity = 'subscription($p: ID!) { projectActivity(projectId: $p) { id status } }';
    const stop = new AbortController();
    const response = await fetch(`${world.server.url}/graphql`, {
      method: 'POST',
      signal: stop.signal,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${world.server.key}`,
      },
      body: JSON.stringify({ query: activity, variables: { p: ids.project } }),
    });
    const started = sync('main');
    let received = '';
    for await (const chunk of response.body ?? []) {
      received += Buffer.from(chunk).toString('utf8');
      const event = /^data: (\{.*\})$/m.exec(received)?.[1];
      if (event === undefined) continue;
      answered.look(activity, at_(JSON.parse(event), 'data'));
      break;
    }
    stop.abort();
    expect(received).toContain(`"id":"${await started}"`);
  });
});

describe('the whole contract', () => {
  test('every field of it has been answered with something', () => {
    const contract = parse(readFileSync(new URL('./contract.graphql', import.meta.url), 'utf8'));
    const wanted = contract.definitions.flatMap((type) =>
      type.kind === Kind.OBJECT_TYPE_DEFINITION
        ? (type.fields ?? []).map((field) => `${type.name.value}.${field.name.value}`)
        : [],
    );
    expect(wanted.length).toBeGreaterThan(150);
    const missing = wanted.filter((name) => !answered.seen.has(name));
    expect(missing).toEqual([]);
  });
});
