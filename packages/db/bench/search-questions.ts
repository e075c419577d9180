import { localEmbedder, readQuestionOrThrow, staticEmbedder, type Embedder } from '@project-sync/knowledge';
import { searchMemory } from '../src/search/search-memory.ts';
import { openBaselines, type Baseline } from './question-baselines.ts';
import {
  figuresHead,
  figuresRow,
  outcomeOf,
  percentile,
  three,
  type FoundPlace,
  type Outcome,
} from './question-figures.ts';
import { readQuestionSet, type RepositoryQuestions } from './question-set.ts';
import { openQuestionWorld, type QuestionWorld } from './question-world.ts';

// How well search answers developers: the questions of `questions/`, asked of public repositories as they are, with their tests,
// documents and changelogs. The clones are on this machine, one folder each, at the commit that the questions name.
// `node packages/db/bench/search-questions.ts --clones <folder> --data <folder> [--heldout | --all] [--baselines] [--model local-3] [--modes HYBRID,KEYWORD]
//  [--only got,chi] [--misses]`
const option = (name: string): string | null => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
};
const flag = (name: string): boolean => process.argv.includes(`--${name}`);

type Mode = 'HYBRID' | 'SEMANTIC' | 'KEYWORD';
interface Asked {
  readonly outcomes: Outcome[];
  readonly hits: FoundPlace[];
  readonly nameRanks: number[];
  readonly issueShares: number[];
  readonly times: number[];
}

const unasked: Record<string, RegExp> = {
  tests:
    /(^|\/)(tests?|__tests__|specs?|testing|testdata|fixtures)(\/|$)|[._-](test|spec)\.|_test\.|(^|\/)test_/i,
  changelogs: /(^|\/)(change(s|log)|history|release-notes)[^/]*$/i,
  translations: /(^|\/)(docs?|i18n|locales?)\/(?!en\b)[a-z]{2}([-_][a-z]+)?\//i,
};

function productSearch(
  world: QuestionWorld,
  repository: RepositoryQuestions,
  embedder: Embedder<Float32Array>,
) {
  const at = world.synced.get(repository.name);
  if (at === undefined) throw new Error(`${repository.name} is not synced.`);
  const scope = { projectId: at.projectId, snapshot: at.snapshot, kinds: null, pathPrefix: null };
  return (mode: Mode): Baseline =>
    async (text, first) => {
      const question = readQuestionOrThrow(text);
      let vector: Float32Array | null = null;
      if (mode !== 'KEYWORD')
        for await (const [one] of embedder.embed([question.text], {
          signal: AbortSignal.timeout(30_000),
          purpose: 'query',
        }))
          vector = one?.vector ?? null;
      const query = { question, vector, model: embedder.model, mode, first, offset: 0 };
      const hits = await searchMemory(world.database.system, scope, query);
      return hits.map(({ entry }) => ({ path: entry.path, start: entry.startLine, end: entry.endLine }));
    };
}

async function ask(repository: RepositoryQuestions, search: Baseline, into: Asked): Promise<void> {
  for (const { kind, text, accepted } of repository.questions) {
    const begun = performance.now();
    const hits = await search(text, 10);
    into.times.push(performance.now() - begun);
    const outcome = outcomeOf(kind, hits, accepted);
    into.outcomes.push(outcome);
    into.hits.push(...hits.slice(0, 10));
    if (flag('misses') && outcome.line !== 1) showMiss(repository.name, { kind, text, outcome, hits });
  }
  for (const { name, path, line } of repository.names) {
    const hits = await search(name, 10);
    const { line: rank } = outcomeOf('name', hits, [{ path, from: line, to: line }]);
    into.nameRanks.push(rank);
    if (flag('misses') && rank !== 1)
      showMiss(repository.name, { kind: 'name', text: name, outcome: { file: 0, line: rank }, hits });
  }
  for (const { text, files } of repository.issues) {
    const found = [...new Set((await search(text, 60)).map((hit) => hit.path))].slice(0, 8);
    into.issueShares.push(files.filter((file) => found.includes(file)).length / files.length);
  }
}

function showMiss(
  name: string,
  miss: { kind: string; text: string; outcome: { file: number; line: number }; hits: readonly FoundPlace[] },
): void {
  console.log(
    `\n${name} · ${miss.kind} · ${miss.text} (file ${miss.outcome.file}, line ${miss.outcome.line})`,
  );
  for (const { path, start, end } of miss.hits.slice(0, 6)) console.log(`    ${path}:${start}-${end}`);
}

const embedder = option('model') === 'local-3' ? localEmbedder() : staticEmbedder();
const only = option('only')?.split(',') ?? null;
const chosen = readQuestionSet(option('clones') ?? '.', only).filter(
  ({ heldout }) => flag('all') || heldout === flag('heldout'),
);
const world = await openQuestionWorld(option('data') ?? '.data/questions', chosen, embedder);
const results = new Map<string, Asked>();
const resultOf = (search: string): Asked => {
  const known = results.get(search);
  if (known !== undefined) return known;
  const made = { outcomes: [], hits: [], nameRanks: [], issueShares: [], times: [] };
  results.set(search, made);
  return made;
};
const modes = (option('modes') ?? 'HYBRID,KEYWORD,SEMANTIC').split(',') as Mode[];
for (const repository of chosen) {
  const product = productSearch(world, repository, embedder);
  for (const mode of modes) await ask(repository, product(mode), resultOf(mode));
  if (flag('baselines'))
    for (const [name, search] of Object.entries(await openBaselines(world, repository)))
      await ask(repository, search, resultOf(name));
}
console.log(
  `\n${chosen.map(({ name }) => name).join(', ')}: ${chosen.flatMap(({ questions }) => questions).length} questions\n`,
);
console.log(figuresHead);
for (const [search, { outcomes }] of results) console.log(figuresRow(search, outcomes));
console.log(
  '\n| search | names: first | names: recall@10 | issues: files within 8 | tests | changelogs | translations | pages | p50, p95 ms |\n| --- | --: | --: | --: | --: | --: | --: | --: | --: |',
);
for (const [search, { nameRanks, issueShares, hits, times }] of results) {
  const share = (values: readonly unknown[], of: number) => three(values.length / Math.max(1, of));
  const madeOf = Object.values(unasked).map((pattern) =>
    share(
      hits.filter(({ path }) => path !== null && pattern.test(path)),
      hits.length,
    ),
  );
  const issues = issueShares.reduce((sum, value) => sum + value, 0) / Math.max(1, issueShares.length);
  console.log(
    `| ${[
      search,
      share(
        nameRanks.filter((rank) => rank === 1),
        nameRanks.length,
      ),
      share(
        nameRanks.filter((rank) => rank > 0),
        nameRanks.length,
      ),
      three(issues),
      ...madeOf,
      share(
        hits.filter(({ path }) => path === null),
        hits.length,
      ),
      `${percentile(times, 0.5).toFixed(0)}, ${percentile(times, 0.95).toFixed(0)}`,
    ].join(' | ')} |`,
  );
}
await world.close();
