import { expect, test } from 'vitest';
import { sqlOutline } from './sql-outline.ts';
import { splitText } from './split-text.ts';

/** The name of each piece with its table, and its first and last lines. */
const read = (text: string) => {
  const lines = text.split('\n');
  return sqlOutline(lines).pieces.map(({ symbol, parents, from, to }) => ({
    symbol: [...parents, symbol].join(' > '),
    first: lines[from],
    last: lines.slice(from, to + 1).findLast((line) => line.trim() !== ''),
  }));
};
const symbols = (text: string) => read(text).map(({ symbol }) => symbol);

test('names what a statement creates, with its table, and includes the comment above', () => {
  const found = read(`-- People who sign in.
-- One row each.
CREATE TABLE IF NOT EXISTS "app"."person" (
  id uuid PRIMARY KEY, -- a semicolon; in a comment
  note text DEFAULT 'a; b''; c'
);
CREATE UNIQUE INDEX CONCURRENTLY person_name ON app.person (lower(name));

/* Who may
   see what; */
CREATE POLICY own_rows ON person USING (true);
create or replace function touch() returns trigger language plpgsql as $body$
begin
  new.at = now();
  return new;
end;
$body$;
CREATE MATERIALIZED VIEW busy AS
  SELECT 1;
CREATE OPERATOR CLASS by_size DEFAULT FOR TYPE int2 USING gin AS STORAGE int2;
`);
  expect(found.map(({ symbol }) => symbol)).toEqual([
    'app.person',
    'app.person > person_name',
    'person > own_rows',
    'touch',
    'busy',
    'by_size',
  ]);
  expect(found[0]?.first).toBe('-- People who sign in.');
  expect(found[2]?.first).toBe('/* Who may');
  expect(found[3]?.last).toBe('$body$;');
});

test('does not cut bodies of statements, in any dialect', () => {
  expect(
    symbols(`CREATE TRIGGER log_it AFTER UPDATE ON person
BEGIN
  UPDATE log SET n = (CASE WHEN 1 THEN 2 ELSE 3 END);
  INSERT INTO log VALUES (1);
END;
CREATE TABLE after_it (id int);
DELIMITER $$
CREATE DEFINER=\`root\`@\`localhost\` PROCEDURE pay(IN amount int)
BEGIN
  IF amount > 1 THEN
    SELECT 1;
  END IF;
  CASE amount WHEN 1 THEN SELECT 2; END CASE;
END$$
CREATE FUNCTION two() RETURNS int RETURN 2$$
DELIMITER ;
CREATE TABLE last_one (id int);
`),
  ).toEqual(['person > log_it', 'after_it', 'pay', 'two', 'last_one']);
  expect(
    symbols('BEGIN;\nCREATE TABLE a (id int);\nCREATE TABLE b (id int);\nCOMMIT;\n').filter(
      (one) => one !== '',
    ),
  ).toEqual(['a', 'b']);
  expect(
    symbols('CREATE VIEW [dbo].[a] AS SELECT 1\nGO\nCREATE VIEW b AS SELECT 2\nCREATE TABLE c (id int)\n'),
  ).toEqual(['dbo.a', 'b', 'c']);
});

test('does not read data as statements', () => {
  const rows = Array.from({ length: 12 }, (_, index) => `${index}\tit's; create table no${index} (`).join(
    '\n',
  );
  expect(
    symbols(`COPY public.person (id, name) FROM stdin;\n${rows}\n\\.\n\nCREATE TABLE real_one (id int);\n`),
  ).toEqual(['public.person', 'real_one']);
});

test('joins small statements, and changes no hash far below an added line', async () => {
  const inserts = Array.from(
    { length: 200 },
    (_, index) => `INSERT INTO t${index} VALUES (${index}, 'x');`,
  ).join('\n');
  const hashes = async (text: string) => (await splitText({ text, dialect: 'sql' })).map(({ hash }) => hash);
  const [before, after] = [await hashes(inserts), await hashes(`-- new\nSELECT 1;\n\n${inserts}`)];
  expect(before.length).toBeLessThan(60);
  expect(after.filter((hash) => !before.includes(hash)).length).toBeLessThanOrEqual(2);
});

test('splits text that is no SQL in bounded time, and covers every line', async () => {
  for (const text of [
    Array.from({ length: 100_000 }, (_, index) => `$t${index}$`).join(' '),
    "E'\\'".repeat(200_000),
    `${"'".repeat(300_001)}\n;`,
    '/*'.repeat(300_000),
    `create ${'begin '.repeat(100_000)}`,
    'create\n'.repeat(50_000),
    'create table a; */\n'.repeat(50_000),
    "it's; one of (those\nnotes that $never$ end",
  ]) {
    // Of this thread alone, so that a busy machine does not count.
    const { user } = process.threadCpuUsage();
    const entries = await splitText({ text, dialect: 'sql' });
    expect((process.threadCpuUsage().user - user) / 1000).toBeLessThan(5000);
    expect(
      entries
        .map((entry) => entry.text)
        .join('')
        .replace(/\s/g, ''),
    ).toBe(text.replace(/\s/g, ''));
  }
});
