import { createHash } from 'node:crypto';
import {
  endedStatuses,
  Launcher,
  type ContentReader,
  type PassageEmbedder,
  type Source,
} from '@project-sync/sync';
import { openDatabase } from '../src/database/open-database.ts';
import { isRunningSql } from '../src/syncs/status-sql.ts';
import { lineReader, openSyncWorld } from '../src/testing/index.ts';

/** The parent's request, and the child's answers. */
export type KillQuestion = { readonly start: string };
export type KillAnswer =
  | { readonly ready: true }
  | { readonly phase: string }
  | { readonly ended: string; readonly message: string }
  | { readonly fetchedAgain: number };

// One process with a worker. It syncs the branches that its parent names and reports each phase, so that a benchmark can
// kill or stop it there.
const [where = '', projectId = '', repositoryId = '', path = '', , patience = ''] = process.argv.slice(2);
const database = await openDatabase(
  where.startsWith('postgres')
    ? { kind: 'postgres', url: where, connections: 5 }
    : { kind: 'embedded', dataDir: where },
);
const tell = (answer: KillAnswer) => process.send?.(answer);
// The worker before this one is dead and its lease is not. A server waits for the lease to run out.
if (patience !== 'patient')
  await database.system.execute(`UPDATE project_sync SET lease_until = now() WHERE ${isRunningSql()}`);

const embedder: PassageEmbedder = {
  model: 'bench',
  async *embed(texts) {
    for (let at = 0; at < texts.length; at += 16) {
      const vectors = texts.slice(at, at + 16).map((text, index) => {
        const bytes = createHash('sha512').update(text).digest();
        const vector = Float32Array.from({ length: 1536 }, (_, place) => (bytes[place % 64] ?? 0) - 127.5);
        return { index: at + index, vector };
      });
      await new Promise((resolve) => setTimeout(resolve, 2));
      yield vectors;
    }
  },
};

/** Reads each text as one passage. */
const reader: ContentReader = {
  ...lineReader,
  split: ({ text }) => {
    const hex = createHash('sha256').update(text).digest('hex');
    const hash = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
    const whole = { title: hash, symbol: null, parents: [], startLine: 1, endLine: 1, tokens: 10 };
    return Promise.resolve([{ kind: 'CODE', text, hash, words: text, ...whole }]);
  },
};

/** A source that reports requests for contents that are already stored. */
function watched(inner: Source): Source {
  const source = Object.create(inner) as Source;
  source.blobs = async function* (request, call) {
    const [row] = await database.system.query<{ count: bigint }>(
      'SELECT count(*) FROM blob WHERE project_id = $1 AND oid = ANY ($2::text[])',
      [projectId, request.wanted.map(({ oid }) => oid)],
    );
    if ((row?.count ?? 0n) > 0n) tell({ fetchedAgain: Number(row?.count) });
    yield* inner.blobs(request, call);
  };
  return source;
}

const launcher = new Launcher();
const world = await openSyncWorld({
  database,
  projectId,
  reader,
  embedder,
  repositories: [{ id: repositoryId, path }],
  source: { launch: launcher.launch },
  wrapSource: watched,
  log: { info: () => undefined, error: (fields, message) => console.error(message, fields) },
});

process.on('message', ({ start: branch }: KillQuestion) => void follow(branch));
tell({ ready: true });

async function follow(branch: string): Promise<void> {
  const { id } = await world.start({ repositoryId, branch });
  const [row] = await database.system.query<{ last_sequence: number }>(
    'SELECT last_sequence FROM project_sync WHERE id = $1',
    [id],
  );
  for await (const event of world.follow(id, (row?.last_sequence ?? 1) - 1)) {
    tell(
      endedStatuses.includes(event.status)
        ? { ended: event.status, message: event.message }
        : { phase: event.status === 'QUEUED' ? 'QUEUED' : event.phase },
    );
  }
}
