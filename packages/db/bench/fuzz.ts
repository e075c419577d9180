import { readdirSync, readFileSync } from 'node:fs';
import { runFuzz } from '@project-sync/knowledge/testing';
import { checksumOf } from '../src/migrate/migration-folder.ts';
import { readCatalogue } from '../src/migrate/reader/read-catalogue.ts';
import { migrationTarget } from '../src/migrate/testing/fuzz-target.ts';
import { openTestDatabase } from '../src/testing/index.ts';

// Tries the reader of migrations with hostile SQL that begins with the samples of the corpus.
// `node packages/db/bench/fuzz.ts [--minutes 60] [--seed 1] [--from 0] [--table docs/fuzzing.tsv]`
await runFuzz(import.meta.url, async () => {
  const corpus = new URL('../src/migrate/corpus/', import.meta.url);
  const samples = ['destructive', 'harmless'].flatMap((kind) =>
    readdirSync(new URL(kind, corpus)).map((name) => {
      const sql = readFileSync(new URL(`${kind}/${name}`, corpus), 'utf8');
      return { name, sql, checksum: checksumOf(sql) };
    }),
  );
  const opened = await openTestDatabase();
  const catalogue = await opened.database.transaction(readCatalogue);
  return { targets: [migrationTarget(catalogue, samples)], close: () => opened.close() };
});
