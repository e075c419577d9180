import { describe, expect, it } from 'vitest';
import { factsOfText } from '../facts-of-text.ts';
import { scriptText } from './script-text.ts';

const source = `<script module lang="ts">
  export const load = 1;
</script>
<script lang="ts">
  import Card from './Card.svelte';
  import * as Icons from './icons';
  import { format, rows } from './rows';
</script>
<!-- <Card> {format} -->
<Card title={format(1)} on:click={() => load}><Icons.Star /></Card>
{#each rows as row}<p>{row.name} {format(row)}</p>{/each}
<style>a { color: red }</style>
`;

describe('facts of Svelte components', () => {
  it('keeps every line and column of what it reads', () => {
    const text = scriptText(source);
    expect(text).toHaveLength(source.length);
    expect(text.indexOf('import Card from')).toBe(source.indexOf('import Card from'));
    expect(text.split('\n')).toHaveLength(source.split('\n').length);
  });

  it('finds imports and the uses of components and names in markup', async () => {
    const facts = await factsOfText({ text: source, dialect: 'svelte' });
    expect(facts?.imports.map(({ specifier, line }) => `${specifier}:${line}`)).toEqual([
      './Card.svelte:5',
      './icons:6',
      './rows:7',
    ]);
    const used = facts?.references.map(({ binding, line }) =>
      binding.to === 'IMPORT'
        ? `${[binding.name, ...binding.path].join('.')}:${line}`
        : `${binding.to}:${line}`,
    );
    expect(used).toEqual(
      expect.arrayContaining(['default:10', 'format:10', '*.Star:10', 'SYMBOL:10', 'rows:11', 'format:11']),
    );
    expect(used?.some((each) => each.endsWith(':9'))).toBe(false);
    expect(facts?.exports.map(({ name }) => name)).toEqual(['load', 'default']);
    expect(facts?.isPartial).toBe(false);
  });

  it('reads what it can of a broken component', async () => {
    const text = `<script>import a from 'a';\nconst x = {`;
    expect((await factsOfText({ text, dialect: 'svelte' }))?.imports).toHaveLength(1);
    const open = '{'.repeat(20_000) + '<script '.repeat(5000);
    expect(scriptText(open)).toHaveLength(open.length);
  });
});
