import { classifyPath } from '../files/classify-path.ts';
import { parseIgnoreRules } from '../files/ignore-rules.ts';
import { decodeContent } from '../files/decode-content.ts';
import { readQuestion } from '../rank/read-question.ts';
import { redact } from '../secrets/redact.ts';
import type { SplitEntry } from '../split/split-entry.ts';
import { splitText } from '../split/split-text.ts';
import type { FuzzTarget } from './fuzz.ts';
import { plantedSecrets } from './planted-secrets.ts';

const holds = (condition: boolean, claim: string): void => {
  if (!condition) throw new Error(`It does not hold that ${claim}.`);
};
const lines = (text: string): number => text.split('\n').length;
/** Every dialect with a grammar or a splitter of its own, and one by lines. */
const dialects = [
  ...['typescript', 'tsx', 'javascript', 'python', 'go', 'rust', 'java', 'c', 'cpp', 'csharp', 'ruby', 'php'],
  ...[
    'bash',
    'css',
    'scss',
    'powershell',
    'html',
    'vue',
    'svelte',
    'json',
    'yaml',
    'toml',
    'sql',
    'markdown',
    'rst',
  ],
  ...['lines', 'letter', 'letter:2024-02-30'],
];

/** Beginnings of files, so that a text gets past the first line of its grammar. */
const sources = [
  'export class Router<T extends { a: 1 }> {\n  /** Adds. */\n  add = async (path: `/${string}`) => <T,>(x: T) => ({ [path]: x });\n}\n',
  'class A(Base):\n    """Doc."""\n    @property\n    async def f(self, *a, **k) -> "int":\n        return f"{a!r:>{k}}"\n',
  'package a\n\n// Doc.\nfunc (r *Router[T]) Add(path string) (err error) {\n\tdefer func() { recover() }()\n\treturn nil\n}\n',
  "/// Doc.\n#[derive(Debug)]\npub struct A<'a, T: 'a>(&'a T);\nimpl<'a, T> A<'a, T> { macro_rules! m { ($($x:tt)*) => { $($x)* } } }\n",
  'package a;\n/** Doc. */\npublic record A<T extends Comparable<? super T>>(T t) { @Override public String toString() { return """\n x"""; } }\n',
  '#include <a.h>\n#define M(x) do { x; } while (0)\ntemplate <typename... T> struct A { operator bool() const noexcept; };\n',
  'module A\n  class B < C\n    def d(*) = <<~E\n      #{x}\n    E\n  end\nend\n',
  '<?php\nnamespace A;\n#[B]\nfinal class C { public function d(?int ...$e): static { return <<<X\n$e\nX; } }\n',
  '<script lang="ts">\n  let { a }: Props = $props();\n</script>\n{#each a as b (b.id)}<p class:c={b}>{@html b}</p>{/each}\n<style>p { color: red }</style>\n',
  'a: &x\n  - {b: [1, 2], "c": |\n      text\n  }\n  <<: *x\n---\n',
  '[a.b."c"]\nd = [{ e = 1979-05-27T07:32:00Z }, """\nx\n"""]\n',
  'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $x$ BEGIN RETURN NEW; END $x$;\n-- Doc.\nSELECT 1;\n',
  '# Title\n\n| a | b |\n| - | - |\n\n```ts\nconst a = 1;\n```\n\n- [ ] item [^1]\n\n[^1]: note\n\nSetext\n===\n',
];

/** The splitter, in this thread or in threads of its own. */
export function splitterTarget(
  split: (input: { text: string; dialect: string }) => Promise<readonly SplitEntry[]>,
): FuzzTarget {
  return {
    name: 'splitter',
    samples: sources,
    async check(text) {
      const dialect = dialects[text.length % dialects.length] ?? 'lines';
      const last = lines(text.replace(/\r\n?/g, '\n'));
      for (const { startLine, endLine } of await split({ text, dialect }))
        holds(1 <= startLine && startLine <= endLine && endLine <= last, 'an entry stands within its file');
    },
  };
}

/** The readers of this package, each with what must hold for every text. */
export const fuzzTargets: readonly FuzzTarget[] = [
  {
    name: 'redactor',
    samples: plantedSecrets(1).map(({ text }) => text),
    check(text) {
      const { text: masked } = redact(text);
      holds(lines(masked) === lines(text), 'masking keeps the number of lines');
      holds(redact(masked).text === masked, 'masking a masked text changes nothing');
    },
  },
  splitterTarget((input) => splitText({ ...input, parseMs: 500 })),
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
