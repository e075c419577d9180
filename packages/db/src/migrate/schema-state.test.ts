import { expect, test } from 'vitest';
import type { LedgerRow } from './ledger.ts';
import { checksumOf, type Migration } from './migration-folder.ts';
import { describeSchemaState, isServable, schemaStateOf } from './schema-state.ts';

const migration = (name: string, sql = `select '${name}'`): Migration => ({
  name,
  sql,
  checksum: checksumOf(sql),
});
const own = [migration('0001_first'), migration('0002_second')];

function row(name: string, change: Partial<LedgerRow> = {}): LedgerRow {
  const { checksum } = migration(name);
  return {
    id: name,
    migration_name: name,
    checksum,
    finished: true,
    rolled_back: false,
    needs: null,
    ...change,
  };
}
const first = row('0001_first');
const second = row('0002_second');

test.each([
  ['no migration at all', [], 'empty'],
  ['an attempt that never ended', [row('0001_first', { finished: false })], 'empty'],
  ['all but the last', [first], 'older'],
  ['one that was rolled back', [first, row('0002_second', { rolled_back: true })], 'older'],
  ['exactly its own', [first, second], 'current'],
  ['one more, that only adds', [first, second, row('0003_third')], 'newer'],
  [
    'one more, that needs this version',
    [first, second, row('0003_third', { needs: '0002_second' })],
    'newer',
  ],
  [
    'one more, that needs the next version',
    [first, second, row('0004_x', { needs: '0003_third' })],
    'contracted',
  ],
  ['one with another text', [first, row('0002_second', { checksum: 'x' })], 'edited'],
  ['a later one, but not its own last', [first, row('0003_third')], 'older'],
])('a ledger with %s', (_, ledger, kind) => {
  const state = schemaStateOf(own, ledger);
  expect(state.kind).toBe(kind);
  expect(isServable(state)).toBe(kind === 'current' || kind === 'newer');
});

test('the sentence names the migrations and what to run', () => {
  const said = (ledger: readonly LedgerRow[]) => describeSchemaState(schemaStateOf(own, ledger));
  expect(said([])).toBe('The database has not been migrated. Run project-sync migrate.');
  expect(said([first])).toContain('lacks migrations of this version: 0002_second');
  expect(said([first, second, row('0003_third')])).toContain('this version can serve it');
  expect(said([first, second, row('0004_x', { needs: '0003_third' })])).toBe(
    'A newer version has migrated the database, and 0004_x took away something that this version uses. Run a version that has 0003_third.',
  );
});
