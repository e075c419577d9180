import { classifyPath } from '../files/classify-path.ts';
import { parseIgnoreRules } from '../files/ignore-rules.ts';
import { decodeContent } from '../files/decode-content.ts';
import { readQuestion } from '../rank/read-question.ts';
import { redact } from '../secrets/redact.ts';
import { splitText } from '../split/split-text.ts';
import type { FuzzTarget } from './fuzz.ts';

const holds = (condition: boolean, claim: string): void => {
  if (!condition) throw new Error(`It does not hold that ${claim}.`);
};
const lines = (text: string): number => text.split('\n').length;
const dialects = [
  'typescript',
  'python',
  'sql',
  'markdown',
  'json',
  'rust',
  'html',
  'lines',
  'yaml',
  'letter',
];

/** The readers of this package, each with what must hold for every text. */
export const fuzzTargets: readonly FuzzTarget[] = [
  {
    name: 'redactor',
    check(text) {
      const { text: masked } = redact(text);
      holds(lines(masked) === lines(text), 'masking keeps the number of lines');
      holds(redact(masked).text === masked, 'masking a masked text changes nothing');
    },
  },
  {
    name: 'splitter',
    async check(text) {
      const dialect = dialects[text.length % dialects.length] ?? 'lines';
      for (const { startLine, endLine } of await splitText({ text, dialect, parseMs: 500 }))
        holds(
          startLine === null || endLine === null || startLine <= endLine,
          'an entry begins before it ends',
        );
    },
  },
  {
    name: 'rules',
    check(text) {
      const rules = parseIgnoreRules({
        gitattributes: `${text} linguist-generated`,
        projectsyncignore: text,
      });
      for (const path of ['a/b/c.ts', text.slice(0, 2000), 'a/'.repeat(500)]) classifyPath(path, rules);
    },
    samples: ['**/a/**/b', '[a-z]*', '!**', '/**/x/', `${'**/'.repeat(50)}x`],
  },
  {
    name: 'search operators',
    check: (text) => readQuestion(text),
    samples: ['path:src/ "a phrase" -word', '/(a|b)+c/', 'lang:go sym:Router.add repo:x', '"unclosed'],
  },
  {
    name: 'decoder',
    check: (text) => decodeContent(Buffer.from(text, text.length % 2 === 0 ? 'utf16le' : 'latin1')),
  },
];
