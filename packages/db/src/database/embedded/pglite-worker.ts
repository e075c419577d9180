import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { KeptPlans } from './kept-plans.ts';
import { runLeading, runStatement } from './run-statement.ts';
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './worker-messages.ts';

// PGlite runs in a thread of its own: in the server's thread each statement would block everything else. Values are
// passed as PostgreSQL's text, so that both databases use the same parsers.
const port = parentPort;
if (port === null) throw new Error('This file runs as a worker.');
let database = await open(workerData as WorkerStart);
let plans = new KeptPlans();
const asText = (value: string): string => value;
const parsers = Object.fromEntries(
  [...Object.keys(types.parsers), ...Object.keys(database.parsers)].map((oid) => [oid, asText]),
);

port.on('message', (request: WorkerRequest) => {
  answer(request).then(
    (result) => port.postMessage({ id: request.id, ok: true, ...result } satisfies WorkerAnswer),
    (error: unknown) =>
      port.postMessage({ id: request.id, ok: false, error: fieldsOf(error) } satisfies WorkerAnswer),
  );
});
port.postMessage({ id: 0, ok: true } satisfies WorkerAnswer);

async function open({ dataDir, template }: WorkerStart) {
  if (template === null)
    return PGlite.create({ ...(dataDir === null ? {} : { dataDir }), extensions: { vector } });
  // Loaded only here: the product starts from no dump.
  const { TemplateFiles } = await import('./template-files.ts');
  return PGlite.create({
    // A dump may be shared between threads, which a blob cannot be.
    ...(dataDir === null
      ? { fs: new TemplateFiles(template) }
      : { dataDir, loadDataDir: new Blob([template.slice()]) }),
    extensions: { vector },
  });
}

async function answer(
  request: WorkerRequest,
): Promise<Omit<Extract<WorkerAnswer, { ok: true }>, 'id' | 'ok'>> {
  if (request.kind === 'query') return runStatement(database, request, plans);
  if (request.leading !== undefined && request.leading.length > 0)
    await runLeading(database, request.leading);
  switch (request.kind) {
    case 'script':
      return {
        results: (await database.exec(request.text, { rowMode: 'array', parsers })).map(
          ({ fields, rows }) => ({
            fields: fields.map(({ name, dataTypeID }) => ({ name, dataTypeID })),
            // rowMode makes rows arrays, which the library's types do not say.
            rows: rows as unknown as unknown[][],
          }),
        ),
      };
    case 'copy': {
      const blob = new Blob([request.rows as Uint8Array<ArrayBuffer>]);
      const result = await database.query(
        `COPY ${request.target} FROM '/dev/blob' WITH (FORMAT binary)`,
        [],
        { blob },
      );
      return { rowCount: result.affectedRows ?? 0 };
    }
    case 'listen':
      await database.listen(request.channel, (payload) =>
        port?.postMessage({ notify: request.channel, payload }),
      );
      return {};
    case 'dump':
      return { dump: new Uint8Array(await (await database.dumpDataDir('none')).arrayBuffer()) };
    case 'close':
      await database.close();
      return {};
    case 'open':
      database = await open(request.start);
      plans = new KeptPlans();
      return {};
  }
}

/** Copies PostgreSQL's error fields, which callers branch on: threads do not pass an error's own fields. */
function fieldsOf(error: unknown): Record<string, string> {
  if (!(error instanceof Error)) return { message: String(error) };
  const fields: Record<string, string> = { message: error.message };
  for (const name of [
    'code',
    'severity',
    'detail',
    'hint',
    'position',
    'where',
    'schema',
    'table',
    'column',
    'dataType',
    'constraint',
  ]) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === 'string') fields[name] = value;
  }
  return fields;
}
