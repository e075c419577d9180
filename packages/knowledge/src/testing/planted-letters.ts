import type { FactFamily } from './planted-facts.ts';

/** A letter with one planted statement. */
export interface PlantedLetter {
  readonly project: number;
  readonly path: string;
  readonly date: string;
  readonly text: string;
  readonly statement: string;
  /** Letters with the same fact say the same. */
  readonly fact: string;
  readonly role: 'says' | 'denies' | 'corrects';
}

export interface PlantedCorpus {
  readonly letters: readonly PlantedLetter[];
}

/** How many letters of each kind a corpus has, and over how many projects. */
export interface CorpusPlan {
  readonly families: readonly FactFamily[];
  readonly seed: number;
  readonly projects: number;
  readonly paraphrases: number;
  readonly contradictions: number;
  readonly corrections: number;
}

/** Numbers that look random, the same for the same seed. */
export function drawFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39) >>> 0;
    return ((mixed ^ (mixed >>> 16)) >>> 0) % below;
  };
}

const openings = [
  'Another long week.',
  'We sat down with the whole group.',
  'Writing this while the build is running.',
  'Greetings to the next reader.',
  'Nothing urgent here.',
  'A few words from the night shift.',
];
const endings = [
  'More tomorrow.',
  'Ask in the channel.',
  'Thanks to all.',
  'See you on Monday.',
  'That is all for today.',
];
const headings = ['Notes of the day', 'Where we are', 'For the record', 'This week'];

/** Values in which a fact and its opposite differ. */
const VARIED = new Set(['n', 'm', 'v']);

type Draw = (below: number) => number;
const pick = <T>(items: readonly T[], draw: Draw): T => {
  const item = items[draw(items.length)];
  if (item === undefined) throw new Error('There is nothing to draw from.');
  return item;
};

interface Fact {
  readonly id: string;
  readonly family: FactFamily;
  readonly values: Readonly<Record<string, string>>;
}

/** Letters that say one fact in several ways, contradict it, or correct it; each in one of the projects. */
export function plantedLetters(plan: CorpusPlan): PlantedCorpus {
  const draw = drawFrom(plan.seed);
  const facts = factsOf(plan.families, draw);
  const letters: PlantedLetter[] = [];
  let day = 0;
  const write = (fact: Fact, role: PlantedLetter['role'], phrase: number): void => {
    const phrasings = fact.family[role];
    const statement = filled(phrasings[phrase % phrasings.length] ?? '', fact.values);
    const date = new Date(Date.UTC(2026, 0, 1 + (day += 1))).toISOString().slice(0, 10);
    const project = draw(plan.projects);
    letters.push({
      project,
      path: `.memory/letter_${date}_${letters.length}.md`,
      date,
      text: `# ${pick(headings, draw)}\n\n${pick(openings, draw)} ${statement} ${pick(endings, draw)}\n`,
      statement,
      fact: role === 'says' ? fact.id : `${fact.id} ${role === 'denies' ? 'denied' : 'corrected'}`,
      role,
    });
  };
  for (let written = 0; written < plan.paraphrases;) {
    const fact = facts();
    const start = draw(fact.family.says.length);
    const ways = Math.min(2 + draw(2), fact.family.says.length, plan.paraphrases - written);
    for (let way = 0; way < ways; way += 1) write(fact, 'says', start + way);
    written += ways;
  }
  for (const [role, count] of [
    ['denies', plan.contradictions],
    ['corrects', plan.corrections],
  ] as const)
    for (let written = 0; written < count; written += 2) {
      const fact = facts();
      write(fact, 'says', draw(fact.family.says.length));
      if (written + 1 < count) write(fact, role, draw(fact.family[role].length));
    }
  return { letters };
}

/** Draws facts, none of them twice and none that another contradicts by chance. */
function factsOf(families: readonly FactFamily[], draw: Draw): () => Fact {
  const used = new Set<string>();
  return () => {
    for (let attempt = 0; attempt < 5000; attempt += 1) {
      const family = pick(families, draw);
      const values = Object.fromEntries(
        Object.entries(family.draws).map(([name, items]) => [name, pick(items, draw)]),
      );
      const subject = Object.entries(values).flatMap(([name, value]) => (VARIED.has(name) ? [] : [value]));
      const id = `${family.name} ${subject.toSorted().join(' | ')}`;
      if (new Set(Object.values(values)).size < Object.keys(values).length || used.has(id)) continue;
      used.add(id);
      return { id, family, values };
    }
    throw new Error('The families hold too few facts.');
  };
}

function filled(phrase: string, values: Readonly<Record<string, string>>): string {
  const text = phrase.replaceAll(/\{(\w)\}/g, (_all, name: string) => values[name] ?? '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
