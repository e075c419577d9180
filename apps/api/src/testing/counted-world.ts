import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@project-sync/db';
import { openTestDatabase, type TestDatabase } from '@project-sync/db/testing';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { execute, parse } from 'graphql';
import { pino } from 'pino';
import { expect } from 'vitest';
import { compose, type Application } from '../compose.ts';
import { readConfiguration } from '../configuration.ts';
import { contextOf } from '../http/request-context.ts';
import { schema } from '../schema/schema.ts';
import { fillCountedPlace, type CountedPlace } from './fill-counted-place.ts';
import { longestList } from './lists-in.ts';

/** The cost of one question at the database’s port. */
export interface Cost {
  readonly statements: number;
  /** Rows that the database gave, shown or not. */
  readonly rows: number;
  readonly frames: number;
  /** Rows of every list in the answer, so that an empty list cannot pass for a cheap one. */
  readonly longest: number;
  readonly answer: unknown;
}

/** An application whose statements are counted, with a place for each size. */
export class CountedWorld {
  readonly places: CountedPlace[] = [];
  readonly #repositories: TestRepository[] = [];
  #opened: {
    database: TestDatabase;
    application: Application;
    dataDir: string;
    frames: () => number;
  } | null = null;

  async open(sizes: readonly number[]): Promise<void> {
    const dataDir = await mkdtemp(join(tmpdir(), 'project-sync-count-'));
    const database = await openTestDatabase();
    const counted = countFrames(database.database);
    const environment = { PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent', LOCAL_REPOSITORIES: tmpdir() };
    const application = await compose(
      readConfiguration(environment),
      pino({ level: 'silent' }),
      counted.database,
    );
    this.#opened = { database, application, dataDir, frames: counted.frames };
    for (const size of sizes) {
      const at = await createRepository();
      this.#repositories.push(at);
      this.places.push(await fillCountedPlace(application.services, at, size));
    }
    // The queue looks for work by statements of its own.
    await application.worker?.stop();
  }

  async close(): Promise<void> {
    const { application, database, dataDir } = this.#parts;
    await application.close();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
    for (const repository of this.#repositories) await repository.remove();
  }

  get transaction(): Database['transaction'] {
    return this.#parts.database.database.transaction;
  }

  get #parts() {
    if (this.#opened === null) throw new Error('The world is not open.');
    return this.#opened;
  }

  /** Asks as the place's user, and counts. */
  async cost(text: string, variables: Record<string, unknown>, { userId }: CountedPlace): Promise<Cost> {
    const { database, application, frames: framesSoFar } = this.#parts;
    const credential = { kind: 'session', id: 'x' } as const;
    const viewer = { userId, scopes: ['ADMIN'], projectId: null, credential } as const;
    const request = new Request('http://localhost/graphql');
    const contextValue = contextOf(application.services, viewer, { request });
    const before = [database.database.statements(), framesSoFar(), database.database.rows()] as const;
    const answer = await execute({ schema, document: parse(text), contextValue, variableValues: variables });
    const frames = framesSoFar() - before[1];
    const statements = database.database.statements() - before[0] - 3 * frames;
    expect('errors' in answer ? answer.errors : undefined, text).toBeUndefined();
    const rows = database.database.rows() - before[2];
    return { answer, statements, rows, frames, longest: longestList('data' in answer ? answer.data : null) };
  }
}

/** The same database, counting the tenants' transactions. */
function countFrames(database: Database): { database: Database; frames: () => number } {
  let frames = 0;
  const asTenant: Database['asTenant'] = (tenant, work) => {
    frames += 1;
    return database.asTenant(tenant, work);
  };
  return { database: { ...database, asTenant }, frames: () => frames };
}
