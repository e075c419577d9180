import { drawFrom } from './planted-letters.ts';

type Texts = Readonly<Record<string, string>>;

/** A change of a repository, with the document that it makes stale or leaves true. */
export interface PlantedDrift {
  readonly from: Texts;
  readonly to: Texts;
  /** The name that a document has and the code has no more; null where every document still tells the truth. */
  readonly stale: { readonly document: string; readonly name: string } | null;
  /** The way in which it was made, for reading what went wrong. */
  readonly plan: string;
}

const nouns = [
  'berth',
  'crane',
  'quay',
  'ship',
  'cargo',
  'pilot',
  'anchor',
  'tide',
  'buoy',
  'mast',
  'hull',
  'dock',
];
const verbs = ['open', 'load', 'move', 'list', 'check', 'store', 'count', 'send', 'close', 'plan'];
const documents = [
  'README.md',
  'docs/setup.md',
  'docs/guide/usage.md',
  'CONTRIBUTING.md',
  'docs/reference.md',
  'AGENTS.md',
];

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** A thing of the code: the file that has it, and the same file without it. */
interface Thing {
  readonly kind: 'file' | 'symbol' | 'option' | 'variable' | 'script';
  /** The name that a document writes, and the name that a finding has. */
  readonly written: string;
  readonly name: string;
  readonly path: string;
  readonly has: string;
  /** The file after the thing went; null where the file itself goes. */
  readonly lacks: string | null;
  /** The same under another name, for what is renamed. */
  readonly renamed: Texts;
}

type Draw = (below: number) => number;
const pick = <T>(draw: Draw, of: readonly [T, ...T[]] | readonly T[]): T => {
  const found = of[draw(of.length)];
  if (found === undefined) throw new RangeError('There is nothing to pick from.');
  return found;
};

/** Source files of several languages around one definition. */
const definitions: readonly ((name: string) => { readonly path: string; readonly text: string })[] = [
  (name) => ({ path: 'src/core.ts', text: `export function ${name}(): number {\n  return 1;\n}\n` }),
  (name) => ({ path: 'src/core.ts', text: `export const ${name} = (a: number) => a;\n` }),
  (name) => ({ path: 'lib/core.js', text: `export class ${capital(name)} {\n  run() {}\n}\n` }),
  (name) => ({ path: 'pkg/core.py', text: `def ${name}(a):\n    return a\n` }),
  (name) => ({ path: 'pkg/core.go', text: `package core\n\nfunc ${capital(name)}() int {\n\treturn 1\n}\n` }),
  (name) => ({ path: 'src/core.rs', text: `pub fn ${name}() -> i32 {\n    1\n}\n` }),
];

function symbolOf(draw: Draw, verb: string, noun: string): Thing {
  const define = pick(draw, definitions);
  const isSnake = /\.(py|rs)$/.test(define('x').path);
  const called = isSnake ? `${verb}_${noun}` : `${verb}${capital(noun)}`;
  const next = isSnake ? `${verb}_all_${noun}s` : `${verb}All${capital(noun)}s`;
  const { path, text } = define(called);
  const name = /\.(go|js)$/.test(path) ? capital(called) : called;
  return {
    kind: 'symbol',
    written: pick(draw, [name, `${name}()`, `${name}(a)`]),
    name,
    path,
    has: text,
    lacks: path.endsWith('.go')
      ? 'package core\n'
      : 'unrelated = 1\n'.replace(/^/, /\.(ts|js)$/.test(path) ? 'const ' : ''),
    renamed: { [path]: define(next).text },
  };
}

function fileThing(draw: Draw, verb: string, noun: string): Thing {
  const folder = pick(draw, ['src', 'lib', 'tools', 'src/app']);
  const path = `${folder}/${verb}-${noun}.${pick(draw, ['ts', 'js', 'py', 'sh', 'json'])}`;
  const mark = /\.(ts|js)$/.test(path) ? '//' : '#';
  const has = path.endsWith('.json') ? '{}\n' : `${mark} ${noun}\n`;
  const written = pick(draw, [path, `./${path}`]);
  const renamed = { [path.replace(verb, `${verb}-new`)]: has };
  return { kind: 'file', written, name: path, path, has, lacks: null, renamed };
}

function optionOf(draw: Draw, verb: string, noun: string): Thing {
  const name = `--${verb}-${noun}`;
  const path = 'src/flags.ts';
  const text = (option: string) => `const flags = ['--help', '${option}'];\n`;
  const written = pick(draw, [name, `${name} 3`, `app run ${name}`]);
  const renamed = { [path]: text(`${name}s`) };
  return { kind: 'option', written, name, path, has: text(name), lacks: text('--quiet'), renamed };
}

function variableOf(draw: Draw, verb: string, noun: string): Thing {
  const name = `${noun}_${verb}_PATH`.toUpperCase();
  const path = 'src/env.ts';
  const text = (variable: string) => `export const at = process.env['${variable}'];\n`;
  const written = pick(draw, [name, `${name}=1`, `${name}=1 npm start`]);
  const renamed = { [path]: text(`APP_${name}`) };
  return { kind: 'variable', written, name, path, has: text(name), lacks: text('HOME'), renamed };
}

function scriptOf(draw: Draw, verb: string, noun: string): Thing {
  const called = `${verb}:${noun}`;
  const path = 'package.json';
  const text = (script: string) =>
    `${JSON.stringify({ name: 'harbour', scripts: { build: 'tsc', [script]: 'node .' } }, null, 2)}\n`;
  const written = pick(draw, [`npm run ${called}`, `pnpm run ${called}`, `yarn run ${called}`]);
  const renamed = { [path]: text(`${called}:all`) };
  return {
    kind: 'script',
    written,
    name: `run ${called}`,
    path,
    has: text(called),
    lacks: text('other'),
    renamed,
  };
}

const makers = [fileThing, symbolOf, symbolOf, optionOf, variableOf, scriptOf] as const;

function thingOf(draw: Draw): Thing {
  const [noun, verb] = [pick(draw, nouns), pick(draw, verbs)];
  return pick(draw, makers)(draw, verb, noun);
}

/** Ways in which documents name a thing. */
const phrases: readonly ((written: string, kind: Thing['kind']) => string)[] = [
  (written) => `Start with \`${written}\`, then wait.`,
  (written) => `- **First**: see \`${written}\` for the details.`,
  (written) => `| step | uses |\n| --- | --- |\n| one | \`${written}\` |`,
  (written) => `1. Look at \`${written}\`\n2. Change it`,
  (written) => `> Note that \`${written}\` is needed.`,
  (written) => `### Using \`${written}\`\n\nIt does what it says.`,
  (written) => `The harbour (by \`${written}\`) keeps its ships; \`tide\` is unrelated.`,
  (written) => `    indented\n\nAlways prefer \`${written}\` — it is faster.`,
  (written, kind) =>
    kind === 'symbol' ? `Call \`${written}\` twice.` : `\`\`\`sh\ncd harbour\n${written}\n\`\`\``,
  (written, kind) =>
    kind === 'symbol' ? `Both \`${written}\`, and others.` : `Run it: \`app ${written} now\`.`,
];

function documentOf(draw: Draw, { written, kind }: Pick<Thing, 'written' | 'kind'>): string {
  const filler = ['Ships come and go.', 'The tide decides.', 'Ask the pilot `first`.'];
  return `# The harbour\n\n${pick(draw, filler)}\n\n${pick(draw, phrases)(written, kind)}\n\n${pick(draw, filler)}\n`;
}

const rest = {
  'src/index.ts': 'export const version = 1;\n',
  'docs/about.md': '# About\n\nNothing of code.\n',
};

/** A document that names what a change removes or renames. */
function drifted(draw: Draw): PlantedDrift {
  const thing = thingOf(draw);
  const document = pick(draw, documents);
  const text = documentOf(draw, thing);
  const how = pick(draw, ['removed', 'renamed', 'file gone'] as const);
  const from = { ...rest, [document]: text, [thing.path]: thing.has };
  const left = how === 'removed' && thing.lacks !== null ? { [thing.path]: thing.lacks } : {};
  const to = { ...rest, [document]: text, ...(how === 'renamed' ? thing.renamed : left) };
  return { from, to, stale: { document, name: thing.name }, plan: `${thing.kind} ${how}: ${text}` };
}

/** A change after which every document is as true as before. */
const trueChanges: readonly ((draw: Draw, thing: Thing, document: string) => { from: Texts; to: Texts })[] = [
  // Another file goes.
  (draw, thing, document) => {
    const text = documentOf(draw, thing);
    const same = { ...rest, [document]: text, [thing.path]: thing.has };
    return { from: { ...same, 'src/old.ts': 'export const oldThing = 1;\n' }, to: same };
  },
  // The thing moves to another folder with its file.
  (draw, thing, document) => {
    const text = documentOf(draw, thing);
    const moved = thing.kind === 'script' ? thing.path : `inner/${thing.path}`;
    return {
      from: { ...rest, [document]: text, [thing.path]: thing.has },
      to: { ...rest, [document]: text, [moved]: thing.has },
    };
  },
  // The document is corrected in the same commit.
  (draw, thing, document) => ({
    from: { ...rest, [document]: documentOf(draw, thing), [thing.path]: thing.has },
    to: { ...rest, [document]: documentOf(draw, { kind: 'symbol', written: 'harbour' }), ...thing.renamed },
  }),
  // A changelog tells that it went.
  (_draw, thing) => {
    const log = `# Changelog\n\n## 2.0.0\n\n- Removed \`${thing.written}\`.\n`;
    return {
      from: { ...rest, [thing.path]: thing.has },
      to: { ...rest, 'CHANGELOG.md': log, ...thing.renamed },
    };
  },
  // A changelog and a letter speak of the day on which they were written.
  (draw, thing) => {
    const dated = pick(draw, ['CHANGELOG.md', 'docs/changelog.md', '.memory/2026-01-02-crane.md']);
    const text = `# 1.0.0\n\n- Added \`${thing.written}\`.\n`;
    return {
      from: { ...rest, [dated]: text, [thing.path]: thing.has },
      to: { ...rest, [dated]: text, ...thing.renamed },
    };
  },
  // The document itself says that it went.
  (draw, thing, document) => {
    const says = pick(draw, [
      `\`${thing.written}\` was removed in version 2.`,
      `Since version 2, \`${thing.written}\` no longer exists.`,
      `It was formerly called \`${thing.written}\`.`,
      `Use the new one instead of \`${thing.written}\`, which was renamed.`,
    ]);
    return {
      from: { ...rest, [document]: documentOf(draw, thing), [thing.path]: thing.has },
      to: { ...rest, [document]: `# The harbour\n\n${says}\n`, ...thing.renamed },
    };
  },
  // Only a word of it stands in the document, and that in no code style.
  (draw, thing, document) => {
    const text = `# The harbour\n\nThe ${pick(draw, nouns)} is open. ${thing.written.replaceAll('`', '')} is a word.\n`;
    return {
      from: { ...rest, [document]: text, [thing.path]: thing.has },
      to: { ...rest, [document]: text, ...thing.renamed },
    };
  },
  // A second definition of the name stays.
  (draw, thing, document) => {
    const text = documentOf(draw, thing);
    const other = thing.kind === 'script' ? thing.path : `second/${thing.path}`;
    const both = { ...rest, [document]: text, [other]: thing.has, [thing.path]: thing.has };
    const left = Object.fromEntries(Object.entries(both).filter(([path]) => path !== thing.path));
    return { from: both, to: thing.kind === 'script' ? both : left };
  },
];

function undrifted(draw: Draw): PlantedDrift {
  const thing = thingOf(draw);
  const way = draw(trueChanges.length);
  const change = trueChanges[way] ?? trueChanges[0];
  if (change === undefined) throw new RangeError('There is no way to change.');
  const { from, to } = change(draw, thing, pick(draw, documents));
  return { from, to, stale: null, plan: `true ${way} ${thing.kind}: ${JSON.stringify(to)}` };
}

/** Changes that make a document stale, and as many that leave all of them true. */
export function plantedDrift({
  seed,
  each,
}: {
  readonly seed: number;
  readonly each: number;
}): PlantedDrift[] {
  const draw = drawFrom(seed);
  return Array.from({ length: each }, () => [drifted(draw), undrifted(draw)]).flat();
}
