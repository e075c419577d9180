import { localEmbedder } from '@project-sync/knowledge';
import { drawFrom, plantedLetters, tunedFamilies, type PlantedLetter } from '@project-sync/knowledge/testing';
import { consolidatePhase } from '@project-sync/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMemoryWorld, type MemoryWorld } from '../testing/open-memory-world.ts';
import type { WorldRepository } from '../testing/open-sync-world.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { insertProject } from '../testing/insert-rows.ts';

let opened: TestDatabase;
let open: MemoryWorld | null = null;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(async () => {
  await closeWorld();
  await opened.close();
});

async function closeWorld(): Promise<void> {
  await open?.close();
  await open?.removeRepositories();
  open = null;
}

/** Opens a project of its own. Workers share the queue of the database, so the world before it is closed. */
async function openWorld(): Promise<MemoryWorld> {
  await closeWorld();
  const projectId = await insertProject(opened.database);
  const world = await openMemoryWorld(opened, localEmbedder(), {
    projectId,
    enrichments: [consolidatePhase()],
  });
  open = world;
  return world;
}

interface Found extends Record<string, unknown> {
  readonly detail: string;
  readonly category: string;
  readonly members: string[];
}

/** The insights in force with the places of their members, and the pairs between them: all that a reader can see. */
async function insightsOf({ database, projectId }: MemoryWorld) {
  const insights = await database.system.query<Found>(
    `SELECT i.detail, i.category, i.severity, i.written_at,
            array_agg(DISTINCT s.quote || ' @ ' || s.source ORDER BY s.quote || ' @ ' || s.source) AS members
       FROM workflow_insight i
       JOIN insight_member m ON m.project_id = i.project_id AND m.insight_id = i.id AND m.superseded_at IS NULL
       JOIN insight_statement s ON s.project_id = i.project_id AND s.key = m.key
       JOIN insight_source o ON o.project_id = s.project_id AND o.source = s.source AND o.superseded_at IS NULL
      WHERE i.project_id = $1 AND i.superseded_at IS NULL GROUP BY i.project_id, i.id ORDER BY i.key`,
    [projectId],
  );
  const pairs = await database.system.query<{ kind: string; one: string; other: string }>(
    `SELECT p.kind, f.detail AS one, t.detail AS other FROM insight_pair p
       JOIN workflow_insight f ON f.project_id = p.project_id AND f.id = p.from_id
       JOIN workflow_insight t ON t.project_id = p.project_id AND t.id = p.to_id
      WHERE p.project_id = $1 AND p.superseded_at IS NULL ORDER BY 1, 2, 3`,
    [projectId],
  );
  return { insights, pairs };
}

const letter = (day: string, body: string) => ({
  [`.memory/letter_2026-03-${day}.md`]: `# Letter\n\n${body}\n`,
});

describe('the letters of a branch', () => {
  let world: MemoryWorld;
  let repository: WorldRepository;
  beforeAll(async () => {
    world = await openWorld();
    repository = await world.connect();
  });

  test('become insights that quote them, merge, contradict, answer and correct each other', async () => {
    const { id, at } = repository;
    at.commit('main', {
      ...letter(
        '01',
        'Use Redis for sessions. The gateway crashes when the certificate is renewed. The fix is to reload the gateway after each renewal.',
      ),
      ...letter('02', 'We decided to use Redis for sessions.'),
      ...letter('03', 'Do not use Kafka for feature flags.'),
      ...letter('04', 'Use Kafka for feature flags.'),
      ...letter('05', 'The retry limit of the mail relay is 30 seconds.'),
      'docs/adr/0001-queue.md': '# One queue\n\nEach tenant has a queue of its own in the broker.\n',
      'README.md': '# Nothing\n\nNever read for insights: use nothing.\n',
    });
    const sync = await world.sync(id);
    expect(sync.warnings).toEqual([]);
    const { insights, pairs } = await insightsOf(world);
    const byDetail = Object.fromEntries(insights.map((one) => [one.detail, one]));
    expect(Object.keys(byDetail).toSorted()).toEqual([
      'Do not use Kafka for feature flags.',
      'Each tenant has a queue of its own in the broker.',
      'The fix is to reload the gateway after each renewal.',
      'The gateway crashes when the certificate is renewed.',
      'The retry limit of the mail relay is 30 seconds.',
      'Use Kafka for feature flags.',
      'Use Redis for sessions.',
    ]);
    expect(byDetail['Use Redis for sessions.']?.members).toHaveLength(2);
    expect(byDetail['The gateway crashes when the certificate is renewed.']?.category).toBe('pain');
    expect(pairs).toEqual([
      {
        kind: 'answer',
        one: 'The gateway crashes when the certificate is renewed.',
        other: 'The fix is to reload the gateway after each renewal.',
      },
      {
        kind: 'contradiction',
        one: 'Use Kafka for feature flags.',
        other: 'Do not use Kafka for feature flags.',
      },
    ]);
    const [{ quoted = 0n, all = 0n } = {}] = await world.database.system.query<{
      quoted: bigint;
      all: bigint;
    }>(
      `SELECT count(*) AS all, count(*) FILTER (WHERE strpos(t.text, s.quote) > 0) AS quoted
         FROM insight_statement s JOIN memory_entry m ON m.project_id = s.project_id AND m.id = s.entry_id
         JOIN passage t ON t.project_id = m.project_id AND t.hash = m.hash WHERE s.project_id = $1`,
      [world.projectId],
    );
    expect(quoted).toBe(all);
    expect(Number(all)).toBe(8);

    const hits = await world.search('sessions', null, { kinds: ['INSIGHT'] });
    expect(hits[0]?.entry).toMatchObject({ kind: 'INSIGHT', content: 'Use Redis for sessions.' });
  });

  test('a second run writes nothing, and a change rewrites only what it bears on', async () => {
    const { id, at } = repository;
    const rows = () =>
      world.database.system.query(
        `SELECT i.xmin::text AS i, i.id, (SELECT string_agg(m.xmin::text || m.key, ',' ORDER BY m.key) FROM insight_member m WHERE m.insight_id = i.id) AS m
           FROM workflow_insight i WHERE i.project_id = $1 ORDER BY i.id`,
        [world.projectId],
      );
    const before = await rows();
    at.commit('main', { 'src/a.ts': 'export const a = 1;\n' });
    await world.sync(id);
    at.commit('main', { 'src/a.ts': 'export const a = 2;\n' });
    await world.sync(id, 'main', { full: true });
    expect(await rows()).toEqual(before);

    const note = '00000000-0000-4000-8000-000000000001';
    await world.database.system.execute(
      `INSERT INTO passage (project_id, hash, text, tokens, words) VALUES ($1, $2, 'Correction: the retry limit of the mail relay is now 90 seconds.', 9, '')`,
      [world.projectId, note],
    );
    await world.database.system.execute(
      `INSERT INTO memory_entry (project_id, kind, title, hash, created_at) VALUES ($1, 'NOTE', 'Relay', $2, '2026-04-01')`,
      [world.projectId, note],
    );
    at.commit('main', { 'src/a.ts': 'export const a = 3;\n' });
    expect(await world.sync(id)).toMatchObject({ status: 'COMPLETED', warnings: [] });
    const after = await rows();
    const changed = after.filter((row) => !before.some((old) => JSON.stringify(old) === JSON.stringify(row)));
    expect(changed).toHaveLength(2);
    const { insights } = await insightsOf(world);
    expect(insights.map(({ detail }) => detail)).toContain(
      'Correction: the retry limit of the mail relay is now 90 seconds.',
    );
    expect(insights.map(({ detail }) => detail)).not.toContain(
      'The retry limit of the mail relay is 30 seconds.',
    );
    const superseded = await world.database.prisma.workflowInsight.findMany({
      where: { projectId: world.projectId, supersededAt: { not: null } },
      include: { entry: true },
    });
    expect(superseded.map(({ detail }) => detail)).toEqual([
      'The retry limit of the mail relay is 30 seconds.',
    ]);
    expect(superseded[0]?.entry.supersededAt).not.toBeNull();
  });
});

/** Brings planted letters into one project, each on its own branch, in the given order. */
async function consolidated(letters: readonly PlantedLetter[], parts: number) {
  const world = await openWorld();
  const { id, at } = await world.connect();
  at.commit('main', { 'start.md': '# Start\n' });
  const size = Math.ceil(letters.length / parts);
  for (let part = 0; part < parts; part += 1) {
    const own = letters.slice(part * size, (part + 1) * size);
    const branch = `part-${own[0]?.date ?? part}`;
    at.commit(branch, Object.fromEntries(own.map(({ path, text }) => [path, text])), {
      from: at.head('main'),
    });
    await world.sync(id, branch);
  }
  return insightsOf(world);
}

test('any order of the same syncs gives the same insights', async () => {
  const plan = {
    families: tunedFamilies,
    seed: 5,
    projects: 1,
    paraphrases: 12,
    contradictions: 6,
    corrections: 6,
  };
  const { letters } = plantedLetters(plan);
  const expected = await consolidated(letters, 1);
  expect(expected.insights.length).toBeGreaterThan(8);
  const draw = drawFrom(3);
  const shuffled = letters.map((one) => ({ one, at: draw(1 << 30) })).toSorted((a, b) => a.at - b.at);
  const inParts = await consolidated(
    shuffled.map(({ one }) => one),
    4,
  );
  expect(inParts).toEqual(expected);
});

test('a letter of 1 MB, letters in every language and code are read up to the budgets, which are reported', async () => {
  const world = await openWorld();
  const { id, at } = await world.connect();
  const languages = [
    'Nie den Cache löschen.',
    'キャッシュを使わないでください。',
    'لا تستخدم ذاكرة التخزين المؤقت.',
    'Не використовуй кеш.',
    '请不要使用缓存。',
    '\u{1F680}\u{1F680} \u200f\u202e',
  ];
  at.commit('main', {
    ...letter('01', 'Use Redis for sessions. '.repeat(45_000)),
    ...letter('02', languages.join('\n\n')),
    ...letter('03', '```sh\nnever use this\n```\n\n| use | this |\n| --- | --- |\n'),
    ...Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `.memory/letter_2025-01-01_${index}.md`,
        `# L\n\n${`Keep the pool of shard ${index} small. `.repeat(400)}\n`,
      ]),
    ),
  });
  const { warnings, status } = await world.sync(id);
  expect(status).toBe('COMPLETED');
  expect(JSON.stringify(warnings).match(/CONSOLIDATION_LIMIT/g)).toHaveLength(2);
  const { insights } = await insightsOf(world);
  expect(insights.map(({ detail }) => detail)).toContain('Use Redis for sessions.');
});
