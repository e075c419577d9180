// The time of a context in a branch with many passages, and whether any of many random calls is above its budget:
//   node packages/db/bench/context-speed.ts [--passages 20000] [--tasks 100] [--calls 10000]
import { loadavg } from 'node:os';
import { localEmbedder, openTokenCounter, readTask } from '@project-sync/knowledge';
import { taskContext } from '../src/context/task-context.ts';
import { projectScopedSql } from '../src/reads/project-scoped-sql.ts';
import { WordCounts } from '../src/search/word-counts.ts';
import { openPassageWorld } from './passage-world.ts';
import { percentile } from './question-figures.ts';

const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const tasksWanted = option('tasks', 100);
const callsWanted = option('calls', 10_000);
/** Each statement is planned, and the tokenizer loaded, before anything is measured. */
const UNMEASURED = 3;

const world = await openPassageWorld(option('passages', 20_000), { embedded: true });
const { database, projectId, passages } = world;
const sql = projectScopedSql(database.system, projectId);
const reads = { inProject: <T>(_projectId: string, read: (given: typeof sql) => Promise<T>) => read(sql) };
const snapshot = { projectId, branchId: world.large, number: 2 };
const count = await openTokenCounter();
const embedder = localEmbedder();
/** As the product remembers them from one question to the next. */
const counts = new WordCounts();

let state = 1;
const next = (below: number): number => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return state % below;
};

/** A task as an issue has it: a sentence of words from one passage, an error, some lines of code and a stack frame. */
function issue(): string {
  const [one, other] = [passages[next(passages.length)], passages[next(passages.length)]];
  const words = (one?.text.match(/[A-Za-z]{3,}/g) ?? []).slice(0, 24).join(' ');
  const code = (other?.text ?? '').split('\n').slice(0, 6).join('\n');
  return `### Describe the bug\n\n${words}\n\nTypeError: ${words.slice(0, 40)}\n    at run (${one?.path ?? ''}:3:1)\n\n\`\`\`\n${code}\n\`\`\`\n`;
}

async function ask(text: string, maxTokens: number, paths: readonly string[] = []) {
  const question = readTask(text);
  if ('code' in question) throw new Error(question.message);
  const begun = performance.now();
  let vector: Float32Array | null = null;
  for await (const [first] of embedder.embed([question.text], {
    signal: AbortSignal.timeout(60_000),
    purpose: 'query',
  }))
    vector = first?.vector ?? null;
  const task = { question, vector, model: 'local', paths, maxTokens, counts };
  const made = await taskContext(reads, snapshot, task);
  return { made, ms: performance.now() - begun };
}

/** The processor time of this process with its threads, the database's among them: a busy machine hardly stretches it. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const times: number[] = [];
const processor: number[] = [];
for (let at = 0; at < tasksWanted + UNMEASURED; at += 1) {
  const before = processorMs();
  const { ms } = await ask(issue(), 8000);
  if (at < UNMEASURED) continue;
  times.push(ms);
  processor.push(processorMs() - before);
}
const both = (values: readonly number[]): string =>
  `p50 ${percentile(values, 0.5).toFixed(0)}, p95 ${percentile(values, 0.95).toFixed(0)} ms`;
console.log(`${passages.length} passages, ${tasksWanted} issues, a budget of 8,000 tokens`);
console.log(`clock ${both(times)}, processor ${both(processor)}, load ${loadavg()[0]?.toFixed(1) ?? ''}`);

let above = 0;
let refused = 0;
let different = 0;
for (let at = 0; at < callsWanted; at += 1) {
  const passage = passages[next(passages.length)];
  const task = (passage?.text.match(/\S+/g) ?? ['x']).slice(0, 1 + next(6)).join(' ');
  const maxTokens = 1 + next(at % 2 === 0 ? 600 : 12_000);
  const paths = next(3) === 0 ? [passage?.path ?? ''] : [];
  const { made } = await ask(task, maxTokens, paths);
  if (made.kind === 'too-small') refused += 1;
  else if (made.tokens > maxTokens || count(made.text) !== made.tokens) above += 1;
  else if (at % 100 === 0) {
    const again = await ask(task, maxTokens, paths);
    if (again.made.kind !== 'context' || again.made.text !== made.text) different += 1;
  }
}
console.log(
  `${callsWanted} random calls: ${above} above the budget, ${refused} refused, ${different} of each hundredth different when asked again`,
);
await world.opened.close();
