import { readFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { classifyPath } from '../src/files/classify-path.ts';
import { decodeContent } from '../src/files/decode-content.ts';
import type { SplitEntry } from '../src/split/split-entry.ts';
import { splitText } from '../src/split/split-text.ts';

// Measures the splitter on real files: those of the packages that are installed here, each content once.
// `node packages/knowledge/bench/split.ts [--files 2000] [--each 300] [--root node_modules/.pnpm --root /usr/lib/python3 …]`
const { values } = parseArgs({
  options: {
    root: { type: 'string', multiple: true, default: ['node_modules/.pnpm'] },
    files: { type: 'string', default: '2000' },
    each: { type: 'string', default: '300' },
  },
});
const limit = Number(values.files);
const each = Number(values.each);

interface Row {
  files: number;
  bytes: number;
  ms: number;
  entries: number;
  uncovered: number;
  moved: number;
  passages: number;
  tokens: number[];
  small: number;
}

const rows = new Map<string, Row>();
const seen = new Set<string>();
let total = 0;
for (const path of values.root.flatMap((root) =>
  globSync(
    `${root}/**/*.{ts,tsx,js,mjs,cjs,css,html,json,md,yml,yaml,toml,py,go,rs,c,cc,h,cpp,cs,rb,php,java,sh,svelte,sql}`,
  ),
)) {
  if (total >= limit) break;
  const { language, dialect } = classifyPath(basename(path));
  if (dialect === 'none' || language === null) continue;
  const row = rows.get(language) ?? {
    files: 0,
    bytes: 0,
    ms: 0,
    entries: 0,
    uncovered: 0,
    moved: 0,
    passages: 0,
    tokens: [],
    small: 0,
  };
  if (row.files >= each) continue;
  const bytes = await readFile(path).catch(() => null);
  const content = bytes === null ? null : decodeContent(bytes);
  if (bytes === null || content?.kind !== 'text' || seen.has(content.text)) continue;
  seen.add(content.text);
  if (row.files === 0) await splitText({ text: content.text, dialect });
  const started = performance.now();
  const entries = await splitText({ text: content.text, dialect });
  row.ms += performance.now() - started;
  row.files += 1;
  row.bytes += bytes.length;
  row.entries += entries.length;
  row.uncovered += uncovered(content.text, entries);
  const hashes = new Set(entries.map((entry) => entry.hash));
  row.tokens.push(...entries.map((entry) => entry.tokens));
  row.small += entries.filter((entry) => entry.text.length < 200).length;
  // A text may mix both kinds of line ends.
  const below = await splitText({ text: `\n${content.text.replace(/\r\n?|\n/g, '\r\n')}`, dialect });
  row.moved += below.filter((entry) => !hashes.has(entry.hash)).length;
  row.passages += below.length;
  rows.set(language, row);
  total += 1;
}

/** Counts the lines that are not blank and belong to no entry. */
function uncovered(text: string, entries: readonly SplitEntry[]): number {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const covered = new Uint8Array(lines.length);
  for (const { startLine, endLine } of entries) covered.fill(1, startLine - 1, endLine);
  return lines.filter((line, row) => line.trim() !== '' && covered[row] === 0).length;
}

console.log(
  '| language | files | MB | MB/s | entries | a file | under 200 characters | tokens: median, most | lines in no entry | hashes changed by a line above and CRLF |',
);
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const [language, row] of [...rows].toSorted(([a], [b]) => a.localeCompare(b))) {
  const megabytes = row.bytes / 1e6;
  const sorted = row.tokens.toSorted((a, b) => a - b);
  console.log(
    `| ${language} | ${row.files} | ${megabytes.toFixed(2)} | ${(megabytes / (row.ms / 1000)).toFixed(1)} | ${row.entries} | ${(row.entries / row.files).toFixed(1)} | ${((100 * row.small) / row.entries).toFixed(0)} % | ${sorted[sorted.length >> 1]}, ${sorted.at(-1)} | ${row.uncovered} | ${row.moved} of ${row.passages} |`,
  );
}
console.log(`\n${total} files, one thread, masking of secrets included.`);
