import { isRuleFile } from '../rules/rule-file.ts';
import type { Mention } from './file-digest.ts';

const MOST_MENTIONS = 1500;
const LONGEST = 200;

/**
 * The names that a Markdown document puts into code style: whole spans such as `src/index.ts`, `openStore()` or `--port`,
 * and the options and commands inside of longer ones. Blocks of code are examples; of these only paths, options and
 * scripts count, since every other word may be the reader's own.
 */
export function mentionsOf(path: string, dialect: string, text: string): Mention[] {
  if (dialect !== 'markdown' && !isRuleFile(path)) return [];
  const found = new Map<string, Mention>();
  let fence = '';
  for (const [index, line] of text.split('\n').entries()) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined && (fence === '' || mark.startsWith(fence))) {
      fence = fence === '' ? mark : '';
      continue;
    }
    const names = fence === '' ? spansOf(line) : namesInBlock(line);
    for (const name of names) {
      if (found.size >= MOST_MENTIONS) return [...found.values()];
      const key = `${name}\0${index}`;
      if (!found.has(key)) found.set(key, { name, line: index + 1 });
    }
  }
  return [...found.values()];
}

/** Words around a name by which a document itself says that it is gone: then it is no news that it is. */
const GONE_BEFORE =
  /\b(formerly|previously|no longer|instead of|removed|deprecated|renamed from|used to be|was called|replaces)\b[^.`]{0,40}$/i;
const GONE_AFTER =
  /^[^.`]{0,30}\b((was|were|is|are|has been|have been)\b[^.`]{0,20}\b(removed|renamed|dropped|deprecated|replaced|superseded|deleted|gone)|no longer)\b/i;

function* spansOf(line: string): Generator<string> {
  for (const { 0: whole, 2: span = '', index } of line.slice(0, 5000).matchAll(/(`+)([^`]{1,400})\1/g)) {
    const [before, after] = [line.slice(Math.max(0, index - 80), index), line.slice(index + whole.length)];
    if (GONE_BEFORE.test(before) || GONE_AFTER.test(after.slice(0, 80))) continue;
    const text = span.trim();
    if (!/\s/.test(text) && text.length <= LONGEST)
      yield text
        .replace(/\(.*\)$/, '')
        .replace(/[,;:]$/, '')
        .replace(/^\.\/(?=.)/, '');
    if (/[\s=]/.test(text)) yield* namesInBlock(text);
  }
  for (const [, target = ''] of line.slice(0, 5000).matchAll(/\]\(([^()\s]{1,300})\)/g)) yield `](${target}`;
}

function* namesInBlock(line: string): Generator<string> {
  const text = line.slice(0, 2000);
  for (const [option] of text.matchAll(/(?<![\w-])--[a-z][a-z0-9]+(?:-[a-z0-9]+)*/g)) yield option;
  for (const [, script = ''] of text.matchAll(/\b(?:npm|pnpm|yarn|bun)\s+run\s+([\w:.-]+)/g))
    yield `run ${script}`;
  for (const [, variable = ''] of text.matchAll(/(?:^|\s|\$\{?)([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])(?==|\b)/g))
    yield variable;
  for (const [path] of text.matchAll(/(?<![\w./:@-])(?:\.\/)?(?:[\w.-]+\/)+[\w.-]+\.\w{1,8}(?![\w/])/g))
    yield path.replace(/^\.\//, '');
}
