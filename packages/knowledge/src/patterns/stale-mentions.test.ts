import { describe, expect, test } from 'vitest';
import { digestsOf } from '../testing/patterns-of.ts';
import type { FileDigest } from './file-digest.ts';
import { removedThings, staleMentions } from './stale-mentions.ts';

type Texts = Readonly<Record<string, string>>;

function changed(before: ReadonlyMap<string, FileDigest>, files: ReadonlyMap<string, FileDigest>) {
  const paths = new Set([...before.keys(), ...files.keys()]);
  return new Map(
    [...paths].map((path) => [path, { before: before.get(path) ?? null, now: files.get(path) ?? null }]),
  );
}

async function stale(from: Texts, to: Texts, open: readonly string[] = []) {
  const [before, files] = [await digestsOf(from), await digestsOf(to)];
  return staleMentions(files, { removed: removedThings(changed(before, files)), open });
}

const setup = {
  'docs/setup.md':
    '# Setup\n\nStart `src/server.ts` with `--port 80`, or set `APP_PORT`.\nIt calls `startServer()`.\nThen `npm run build`.\n',
  'src/server.ts':
    "export function startServer() {\n  option('--port');\n  return process.env.APP_PORT;\n}\n",
  'package.json': '{ "scripts": { "build": "tsc" } }',
};
const titles = ({ documents }: Awaited<ReturnType<typeof stale>>) => documents.map(({ title }) => title);

describe('a document is stale', () => {
  test('for each file, symbol, option, variable and script that went', async () => {
    const { documents } = await stale(setup, {
      'docs/setup.md': setup['docs/setup.md'],
      'src/main.ts': 'export {};\n',
      'package.json': '{ "scripts": {} }',
    });
    expect(documents.map(({ title, certainty, places }) => [title, certainty, places[0]?.startLine])).toEqual(
      [
        ['docs/setup.md names the file src/server.ts, which is gone', 'PROVEN', 3],
        ['docs/setup.md names the option --port, which is gone', 'LIKELY', 3],
        ['docs/setup.md names the variable APP_PORT, which is gone', 'LIKELY', 3],
        ['docs/setup.md names the symbol startServer, which is gone', 'LIKELY', 4],
        ['docs/setup.md names the script build, which is gone', 'PROVEN', 5],
      ],
    );
  });

  test('as long as it says so and the thing is gone', async () => {
    const now = { ...setup, 'src/server.ts': setup['src/server.ts'].replace('--port', '--address') };
    const open = ['docs/setup.md\n--port'];
    expect(titles(await stale(now, now, open))).toEqual([
      'docs/setup.md names the option --port, which is gone',
    ]);
    expect(titles(await stale(setup, setup, open))).toEqual([]);
  });

  test('and a rule file more so', async () => {
    const rules = { 'AGENTS.md': 'Always call `startServer()`.\n', 'src/server.ts': setup['src/server.ts'] };
    const { rules: found } = await stale(rules, { ...rules, 'src/server.ts': 'export {};\n' });
    expect(found).toMatchObject([
      { severity: 'HIGH', title: 'AGENTS.md names the symbol startServer, which is gone' },
    ]);
  });
});

describe('a document is not stale', () => {
  test('where the thing stands elsewhere now', async () => {
    const moved = {
      'docs/setup.md': setup['docs/setup.md'],
      'package.json': setup['package.json'],
      'lib/src/server.ts': setup['src/server.ts'],
    };
    expect(titles(await stale(setup, moved))).toEqual([]);
  });

  test('for words that were never removed, and for what a document alone named', async () => {
    const text = { 'docs/setup.md': 'Use `fetch()`, `--verbose` and `PATH_INFO` in `your/file.ts`.\n' };
    expect(titles(await stale({ ...setup, ...text }, text))).toEqual([]);
  });
});
