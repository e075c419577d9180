import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-step.ts';

// Keeps phrases out of the sources that a native reader stumbles over; docs/glossary.md has the words to use instead.
const wornOut: readonly (readonly [RegExp, string])[] = [
  [/\b(?:who|what|which)soever\b|\bwhoever\b/i, 'name the subject: the caller, a reader, a user'],
  [/\b(?:some|no|every)body\b/i, 'name the subject: a user, no caller, every member'],
  [/\botherwise than\b/i, 'unlike, different from'],
  [/\bso many\b/i, 'a limit, a count'],
  [/\bputs? right\b|\bput right\b/i, 'repaired, corrected'],
  [/\blets? go of\b|\blet go\b/i, 'purged, released'],
  [/\/\*\*\s*(?:\*\s*)?What\b/, 'begin with a noun or a verb: Returns …, The …'],
];
const unread = [
  // Others' words, to the letter.
  'apps/api/src/schema/contract.graphql',
  'apps/api/schema-baseline.graphql',
  // Released migrations never change: their checksums are recorded in every database.
  /^prisma\/migrations\/000\d_/,
  'docs/glossary.md',
  'apps/api/src/schema/contract.test.ts',
  'scripts/check-words.ts',
  'pnpm-lock.yaml',
];
const texts = /\.(ts|svelte|js|mjs|md|graphql|sql|prisma|sh|ya?ml|json)$|^\.ci\/|^Dockerfile$/;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
  .toString()
  .split('\n')
  .filter((file) => texts.test(file))
  .filter((file) => !unread.some((rule) => (typeof rule === 'string' ? rule === file : rule.test(file))));
let found = 0;
for (const file of files) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  for (const [index, line] of lines.entries()) {
    for (const [pattern, instead] of wornOut) {
      const match = pattern.exec(line);
      if (match === null) continue;
      found += 1;
      console.error(`${file}:${index + 1}: “${match[0].trim()}” (${instead})`);
    }
  }
}
console.log(`${files.length} files, ${found} worn-out phrases`);
process.exitCode = found === 0 ? 0 : 1;
