import { randomUUID } from 'node:crypto';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { expect } from 'vitest';
import { hashApiKey, newApiKey, prefixOf, type ApiScope } from '../auth/api-key.ts';
import { schema } from '../schema/schema.ts';
import { openTestServer } from './open-test-server.ts';
import { seenFields } from './seen-fields.ts';

/** A value at a path of an answer: the edge where what a server says becomes what a test believes. */
export function at_(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (inner instanceof Object ? Reflect.get(inner, key) : undefined), value);
}
export const text = (value: unknown, path: string): string => String(at_(value, path));

/** The parts of a global ID behind its type. */
export const partsOf = (id: string) => Buffer.from(id, 'base64').toString('utf8').split(':').slice(1);

const progress =
  'subscription($s: ID!) { syncProgress(syncId: $s) { sequence status phase progress message at stats { filesTotal } sync { id } } }';

/**
 * A server with a project of two syncs, asked by its owner, and a record of every field that was answered. It is made before the
 * tests are collected, and opened before they run.
 */
export class RealWorld {
  #server: Awaited<ReturnType<typeof openTestServer>> | null = null;
  #at: TestRepository | null = null;
  readonly answered = seenFields(schema);
  readonly ids = {
    project: '',
    repository: '',
    sync: '',
    second: '',
    file: '',
    entry: '',
    branch: '',
    document: '',
  };

  readonly ask = async (query: string, variables: object = {}, key?: string | null): Promise<unknown> => {
    const { body } = await this.server.ask(query, variables, key === undefined ? this.server.key : key);
    this.answered.look(query, at_(body, 'data'));
    return body;
  };

  readonly finished = async (syncId: string): Promise<unknown> => {
    const told = await this.server.follow(progress, { s: syncId });
    const events = [...told.matchAll(/^data: (\{.*)$/gm)].map((match): unknown =>
      JSON.parse(match[1] ?? '{}'),
    );
    expect(events.map((event) => at_(event, 'data.syncProgress.sequence'))).toEqual(
      events.map((_, index) => index + 1),
    );
    for (const event of events) this.answered.look(progress, at_(event, 'data'));
    return at_(events.at(-1), 'data.syncProgress.status');
  };

  readonly sync = async (branch?: string): Promise<string> => {
    const started = await this.ask(
      'mutation($r: ID!, $b: String) { startSync(input: { repositoryId: $r, branch: $b }) { ... on StartSyncSuccess { sync { id } } ... on Error { code message } } }',
      { r: this.ids.repository, b: branch },
    );
    const id = text(started, 'data.startSync.sync.id');
    expect(await this.finished(id)).toBe('COMPLETED');
    return id;
  };

  /** A key of a new user, with a role in the project. */
  readonly keyFor = async (role: string | null, scopes: readonly ApiScope[]): Promise<string> => {
    const userId = randomUUID();
    const { prisma, system } = this.server.database;
    await prisma.user.create({ data: { id: userId, name: 'x', email: `${userId}@example.invalid` } });
    if (role !== null) {
      const project = await prisma.project.findUniqueOrThrow({ where: { slug: 'harbour' } });
      await system.execute(
        'INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, $3::project_role)',
        [project.id, userId, role],
      );
    }
    const key = newApiKey();
    await prisma.apiKey.create({
      data: { ownerId: userId, name: 'x', prefix: prefixOf(key), hash: hashApiKey(key), scopes: [...scopes] },
    });
    return key;
  };

  readonly open = async (): Promise<void> => {
    this.#server = await openTestServer();
    this.#at = await createRepository();
    this.at.commit('main', {
      'README.md': '# Harbour\n\nHow ships find their berth.\n',
      'src/berth.ts':
        '/** Finds a free berth for a ship. */\nexport function allocateBerth(ship: string): number {\n  return ship.length;\n}\n',
      '.memory/letter_2026-01-02.md':
        '---\ndate: 2026-01-02\ntags: [harbour]\n---\n# What we learned\n\nBerths run out at noon.\n',
      'bin/tool': { content: '#!/bin/sh\n', mode: '100755' },
      link: { content: 'README.md', mode: '120000' },
      'logo.bin': new Uint8Array([0, 1, 2, 3]),
      module: { submodule: 'a'.repeat(40) },
    });
    this.ids.project = text(
      await this.ask(
        'mutation { createProject(input: { name: "Harbour" }) { ... on CreateProjectSuccess { project { id } } } }',
      ),
      'data.createProject.project.id',
    );
    const connected = await this.ask(
      'mutation($p: ID!, $u: String!) { connectRepository(input: { projectId: $p, provider: GIT, url: $u, token: "t" }) { ... on ConnectRepositorySuccess { repository { id } } ... on Error { code message } } }',
      { p: this.ids.project, u: this.at.path },
    );
    this.ids.repository = text(connected, 'data.connectRepository.repository.id');
    this.ids.sync = await this.sync();
    this.at.commit('main', {
      'src/berth.ts':
        '/** Finds a free berth for a ship. */\nexport function allocateBerth(ship: string): number {\n  return ship.length + 1;\n}\n',
      'bin/tool': null,
      'bin/renamed': { content: '#!/bin/sh\n', mode: '100755' },
    });
    this.ids.second = await this.sync('main');
  };

  get server() {
    return opened(this.#server);
  }

  get at(): TestRepository {
    return opened(this.#at);
  }

  readonly close = async (): Promise<void> => {
    await this.#server?.close();
    await this.#at?.remove();
  };
}

function opened<T>(value: T | null): T {
  if (value === null) throw new Error('The world is not open.');
  return value;
}
