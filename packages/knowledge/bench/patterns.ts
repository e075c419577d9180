import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileFacts } from '../src/facts/file-facts.ts';
import { factsOfText } from '../src/facts/facts-of-text.ts';
import { hasFacts } from '../src/facts/read-facts.ts';
import { classifyPath } from '../src/files/classify-path.ts';
import { parseIgnoreRules } from '../src/files/ignore-rules.ts';
import { decodeContent } from '../src/files/decode-content.ts';
import { detectors } from '../src/patterns/detectors.ts';
import { digestFile } from '../src/patterns/digest-file.ts';
import type { FileDigest } from '../src/patterns/file-digest.ts';
import { digestedSnapshot, findPatterns } from '../src/patterns/find-patterns.ts';
import { rankPatterns } from '../src/patterns/rank-patterns.ts';
import { resolveFile } from '../src/resolve/resolve-file.ts';
import { redact } from '../src/secrets/redact.ts';
import { passageOf } from '../src/split/passage.ts';
import { splitText } from '../src/split/split-text.ts';
import { openFolderWorld } from './folder-world.ts';

// The patterns of a folder, first those that a reader sees first, each with the lines it quotes.
// `node packages/knowledge/bench/patterns.ts --root <folder> [--first 20]`
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const root = option('root') ?? '.';
const first = Number(option('first') ?? 20);
const textOf = (path: string): string | null => {
  const decoded = decodeContent(readFileSync(join(root, path)));
  return decoded.kind === 'text' ? decoded.text : null;
};
const optional = (path: string): string | null => {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return null;
  }
};

const rules = parseIgnoreRules({
  gitattributes: optional('.gitattributes'),
  projectsyncignore: optional('.projectsyncignore'),
});
const paths = globSync('**/*', { cwd: root, exclude: (path) => /(^|\/)(node_modules|\.git)$/.test(path) })
  .concat(globSync('**/.*', { cwd: root, exclude: (path) => /(^|\/)(node_modules|\.git)$/.test(path) }))
  .filter((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true);
const files = [...new Set(paths)].sort();
const facts = new Map<string, FileFacts>();
const texts = new Map<string, string>();
for (const path of files) {
  const { dialect } = classifyPath(path, rules);
  const text = statSync(join(root, path)).size > 1 << 19 ? null : textOf(path);
  if (text !== null) texts.set(path, text);
  const found = text !== null && hasFacts(dialect) ? await factsOfText({ text, dialect }) : null;
  if (found !== null) facts.set(path, found);
}
const dialectOf = (path: string) => classifyPath(path, rules).dialect;
const links = openFolderWorld(root, facts, dialectOf).resolveAll((path, given, world) =>
  resolveFile({ path, dialect: dialectOf(path), facts: given }, world),
);

const started = performance.now();
const digests = new Map<string, FileDigest>();
for (const path of files) {
  const { dialect, ignored } = classifyPath(path, rules);
  const text = texts.get(path) ?? null;
  const entries = facts.has(path) && text !== null ? await splitText({ text, dialect }) : [];
  digests.set(
    path,
    digestFile({
      path,
      dialect,
      ignored,
      facts: facts.get(path) ?? null,
      links: links.get(path) ?? null,
      text,
      passages: entries
        .filter(({ symbol, startLine, endLine }) => symbol !== null && endLine - startLine >= 7)
        .map(({ text: own, head, startLine, endLine }) => ({
          hash: passageOf(own, head).hash.replaceAll('-', '').slice(0, 16),
          startLine,
          endLine,
        })),
    }),
  );
}
const digested = performance.now();
const results = findPatterns(digestedSnapshot(digests), detectors);
const found = performance.now();
const size = JSON.stringify([...digests]).length;
console.log(
  `${files.length} files; digests ${(digested - started).toFixed(0)} ms, ${size} characters; detectors ${(found - digested).toFixed(0)} ms`,
);
console.log(results.map(({ detector, found: own }) => `${detector.name} ${own.length}`).join(', '));
const ranked = rankPatterns(
  results.flatMap(({ detector, found: own }) => own.map((each) => ({ ...each, detector: detector.name }))),
);
for (const [index, pattern] of ranked.slice(0, first).entries()) {
  console.log(
    `\n${index + 1}. [${pattern.detector} ${pattern.severity} ${pattern.certainty}] ${pattern.title}`,
  );
  console.log(`   ${pattern.description}${pattern.suggestion === null ? '' : ` → ${pattern.suggestion}`}`);
  for (const { path, startLine, endLine } of pattern.places.slice(0, 3)) {
    const lines = redact(texts.get(path) ?? '')
      .text.split('\n')
      .slice(startLine - 1, endLine);
    console.log(`   ${path}:${startLine}-${endLine}  ${lines.slice(0, 3).join(' ⏎ ').slice(0, 160)}`);
  }
}
