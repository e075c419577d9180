import type { FuzzTarget } from '@project-sync/knowledge/testing';
import { checksumOf, type Migration } from '../migration-folder.ts';
import type { Catalogue } from '../reader/catalogue.ts';
import { readPending } from '../reader/read-migration.ts';

/** The reader of migrations, which ends with a verdict for every text: what it cannot read it refuses. */
export function migrationTarget(catalogue: () => Catalogue, samples: readonly Migration[]): FuzzTarget {
  return {
    name: 'migration reader',
    samples: samples.map(({ sql }) => sql),
    async check(sql) {
      const text = sql.replaceAll('\0', '').toWellFormed();
      await readPending([{ name: 'fuzzed', sql: text, checksum: checksumOf(text) }], catalogue());
    },
  };
}
