import { describe, expect, it } from 'vitest';
import { linksOf } from '../../testing/links-of.ts';
import { factsOfText } from '../facts-of-text.ts';

const store = `export interface Options { limit: number; nested: Nested }
export interface Nested { depth: number }
export class Store { get options(): Options { throw new Error('') } save(): void {} }
`;

async function foundIn(text: string): Promise<string[]> {
  const files = {
    'src/main.ts': `import { Store, type Options, type Nested } from './store';\n${text}`,
    'src/store.ts': store,
  };
  const { references } = await linksOf(files, 'typescript', 'src/main.ts');
  return references.filter(({ kind }) => kind === 'CALL' || kind === 'READ').map(({ key }) => key);
}

describe('facts and links of TypeScript', () => {
  it('knows the members of destructured names with stated types', async () => {
    expect(
      await foundIn(
        'export function f({ nested: { depth }, nested }: Options) { return nested.depth + depth; }',
      ),
    ).toEqual(['Nested.depth']);
    expect(
      await foundIn('export function f(store: Store) { const { options } = store; return options.limit; }'),
    ).toEqual(['Options.limit']);
  });

  it('takes a type that a condition infers for none of the file', async () => {
    const files = {
      'a.ts':
        "import { Tail } from './b';\nexport type Rest<T> = T extends [infer H, ...infer Tail] ? Tail : H;\nexport type Own = Tail;\n",
      'b.ts': 'export type Tail = string;\n',
    };
    const { references } = await linksOf(files, 'typescript', 'a.ts');
    expect(references.filter(({ kind }) => kind === 'TYPE').map(({ line }) => line)).toEqual([3]);
  });

  it('knows the elements of lists with stated types', async () => {
    expect(await foundIn('export function f(all: Store[]) { for (const each of all) each.save(); }')).toEqual(
      ['Store.save'],
    );
    expect(
      await foundIn('export const f = (all: readonly Store[]) => all.map((each) => each.save());'),
    ).toEqual(['Store.save']);
    expect(await foundIn('export const f = (all: Array<Store>) => all[0]?.save();')).toEqual(['Store.save']);
  });

  it('knows constraints, joined types and partial types', async () => {
    expect(await foundIn('export const f = <T extends Store>(given: T) => given.save();')).toEqual([
      'Store.save',
    ]);
    expect(
      await foundIn('type Both = Options & { own: string }; export const f = (b: Both) => b.limit + b.own;'),
    ).toEqual(['Options.limit', 'Both.own']);
    expect(await foundIn('export const f = (given: Partial<Options>) => given.limit;')).toEqual([
      'Options.limit',
    ]);
  });

  it('does not take a value for a type of its name, nor a platform method for one of the repository', async () => {
    expect(
      await foundIn('interface Map {} export const f = (given: unknown) => given instanceof Map;'),
    ).toEqual([]);
    expect(await foundIn('export const f = (given: any) => given.save(JSON.parse("1"));')).toEqual([
      'Store.save',
    ]);
    expect(await foundIn('export const f = (given: any) => given.push(1);')).toEqual([]);
    expect(await foundIn('export const f = () => function walk(): void { walk(); };')).toEqual([]);
  });

  it('reads what it can of a broken file and of hostile names', async () => {
    const text =
      'export function __proto__() { return constructor(); }\nfunction constructor() {}\nclass {{{';
    const facts = await factsOfText({ text, dialect: 'typescript' });
    expect(facts?.symbols.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
    expect(facts?.isPartial).toBe(true);
  });
});
