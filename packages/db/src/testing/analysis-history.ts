import { detectors } from '@project-sync/knowledge';
import { replayedHistory, rulesOfHistory, storedHistory } from './history-oracle.ts';
import { MemoryRepository } from './memory-repository.ts';
import { storedLinks, storedPatterns, type StoredLinks } from './open-analysis-world.ts';
import type { SyncWorld } from './open-sync-world.ts';
import { RandomCode } from './random-code.ts';
import type { SyncRow } from './sync-rows.ts';

/** The links of a snapshot without the number of the sync that stored them. */
const comparable = (links: readonly StoredLinks[]) => links.map((each) => ({ ...each, added: 0 }));

/** The rules that look at one snapshot; what the others say follows from the syncs before it. */
const ofSnapshot = new Set(detectors.map(({ name }) => name));

async function foundPatterns(world: SyncWorld, sync: SyncRow) {
  const found = await storedPatterns(world, sync);
  return found
    .filter(({ detector }) => ofSnapshot.has(detector))
    .map((pattern) => ({ ...pattern, added: 0, first_seen: 0, appeared: false }));
}

/** The rows of one snapshot as its syncs left them, and as a fresh analysis of its commit and a replay of its syncs give them. */
export interface ComparedSnapshot {
  readonly step: number;
  readonly incremental: unknown[];
  readonly fresh: unknown[];
  /** The findings of the rules that read the syncs of a branch. */
  readonly ofHistory: number;
}

/** The number of steps of each kind. */
export type StepCounts = Map<Step, number>;

const steps = ['edit', 'edit', 'edit', 'branch', 'force', 'reset', 'restore', 'skip'] as const;
type Step = (typeof steps)[number];

/** One random history: a repository in memory, and the syncs of it. */
class AnalysisHistory {
  readonly syncs: SyncRow[] = [];
  readonly #world: SyncWorld;
  readonly #code: RandomCode;
  readonly #at = new MemoryRepository();
  readonly #commits: string[] = [];
  #id = '';
  #branch = 'main';

  constructor(world: SyncWorld, code: RandomCode) {
    this.#world = world;
    this.#code = code;
  }

  async begin(): Promise<void> {
    this.#id = await this.#world.connectMemory(this.#at);
    this.#commit(this.#branch, { 'keep.txt': 'k', ...this.#edit(), ...this.#edit() });
    await this.#sync();
  }

  async step(kind: Step): Promise<void> {
    const code = this.#code;
    if (kind === 'restore') {
      const from = code.pick(this.syncs.filter(({ branch_id: on }) => on === this.syncs.at(-1)?.branch_id));
      return this.#sync(from.id);
    }
    let isEdit = kind !== 'reset';
    if (kind === 'branch') {
      this.#branch = this.#branch === 'main' ? 'work' : 'main';
      // A new branch starts anywhere, with a commit of its own or without one; another one goes on.
      if (this.#at.files(this.#branch).size === 0) {
        this.#at.point(this.#branch, code.pick(this.#commits));
        isEdit = code.chance(0.5);
      }
    }
    if (kind === 'force' || kind === 'reset') this.#at.point(this.#branch, code.pick(this.#commits));
    if (isEdit) this.#commit(this.#branch, this.#edit());
    if (kind !== 'skip') await this.#sync();
  }

  /** Analyses the commit of the last sync anew in a repository of its own, and replays all syncs for the rules that read them. */
  async compared(step: number): Promise<ComparedSnapshot> {
    const [world, last] = [this.#world, this.syncs.at(-1)];
    if (last === undefined) throw new Error('Nothing was synced.');
    this.#at.point('fresh', last.commit_oid);
    const fresh = await world.sync(await world.connectMemory(this.#at), 'fresh');
    failOnWarnings(fresh);
    const ofHistory = (await storedPatterns(world, last)).filter(({ detector }) =>
      rulesOfHistory.has(detector),
    );
    return {
      step,
      ofHistory: ofHistory.length,
      incremental: [
        ...comparable(await storedLinks(world, last)),
        ...(await foundPatterns(world, last)),
        ...ofHistory.map(storedHistory).sort(),
      ],
      fresh: [
        ...comparable(await storedLinks(world, fresh)),
        ...(await foundPatterns(world, fresh)),
        ...(await replayedHistory(world, this.syncs)),
      ],
    };
  }

  async #sync(restoredFromId: string | null = null): Promise<void> {
    const sync = await this.#world.sync(this.#id, this.#branch, { restoredFromId });
    failOnWarnings(sync);
    this.syncs.push(sync);
  }

  #commit(branch: string, changes: Record<string, string | null>): void {
    this.#commits.push(this.#at.commit(branch, changes));
  }

  #edit(): Record<string, string | null> {
    const code = this.#code;
    const paths = Array.from({ length: 6 }, () => code.path());
    return {
      ...Object.fromEntries(paths.map((path) => [path, code.chance(0.3) ? null : code.file(path)])),
      ...(code.chance(0.3) ? { 'package.json': code.chance(0.2) ? null : code.manifest() } : {}),
      ...(code.chance(0.3) ? { [code.pick(['docs/a.md', 'AGENTS.md'])]: code.document() } : {}),
      // Two files that change with nearly every commit, and that do not import each other.
      ...(code.chance(0.8)
        ? {
            'src/hot.ts': `export const hot = ${code.chance(0.5)};\n${code.file('a.ts')}`,
            'lib/mate.ts': code.file('b.ts'),
          }
        : {}),
      ...(code.chance(0.3) ? { 'tsconfig.json': code.chance(0.2) ? null : code.tsconfig() } : {}),
      ...(code.chance(0.3) ? this.#move() : {}),
    };
  }

  /** A file that goes to another place as it is. */
  #move(): Record<string, string | null> {
    const code = [...this.#at.files(this.#branch)].filter(([path]) => /\.[jt]s$/.test(path));
    if (code.length === 0) return {};
    const [path, text] = this.#code.pick(code);
    const to = this.#code.path();
    return to === path || to.endsWith('.py') ? {} : { [path]: null, [to]: text };
  }
}

/** Two analyses that both failed would be alike, too. */
function failOnWarnings({ status, warnings }: SyncRow): void {
  if (status !== 'COMPLETED' || warnings.length > 0) throw new Error(`${status} ${JSON.stringify(warnings)}`);
}

/**
 * Syncs a random history in a project of its own, and compares the snapshot after a random step and that after the last one with
 * fresh analyses. Both sides are equal if nothing was missed.
 */
export async function analysisHistory(
  world: SyncWorld,
  { seed, length }: { readonly seed: number; readonly length: number },
  counts: StepCounts = new Map(),
): Promise<ComparedSnapshot[]> {
  const code = new RandomCode(seed);
  const history = new AnalysisHistory(await world.inNewProject(), code);
  await history.begin();
  const found: ComparedSnapshot[] = [];
  const middle = Math.floor(length * code.share());
  for (let step = 0; step < length; step += 1) {
    const kind = code.pick(steps);
    await history.step(kind);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (step === middle || step === length - 1) found.push(await history.compared(step));
  }
  return found;
}
