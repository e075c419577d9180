import { expect, test } from 'vitest';
import { factsOfText } from '../facts-of-text.ts';
import type { FileFacts } from '../file-facts.ts';

async function read(text: string): Promise<FileFacts> {
  const facts = await factsOfText({ text, dialect: 'python' });
  if (facts === null) throw new Error('There are no facts.');
  return facts;
}

test('classes, methods, fields and module names are symbols with their docs', async () => {
  const facts = await read(`
LIMIT = 3
class Router(Base):
    """Routes."""
    def __init__(self, store: Store):
        self.store = store
    async def _hidden(self): pass
def main() -> Router:
    return Router(None)
`);
  expect(
    facts.symbols.map(
      ({ kind, qualifiedName, isExported }) => `${kind} ${qualifiedName}${isExported ? ' *' : ''}`,
    ),
  ).toEqual([
    'CONSTANT LIMIT *',
    'CLASS Router *',
    'METHOD Router.__init__ *',
    'FIELD Router.store *',
    'METHOD Router._hidden',
    'FUNCTION main *',
  ]);
  expect(facts.symbols[1]).toMatchObject({ documentation: 'Routes.', bases: [{ of: 'NAME', name: 'Base' }] });
  expect(facts.symbols[5]?.type).toEqual({ of: 'SYMBOL', symbol: 1 });
});

test('broken texts and odd names do no harm', async () => {
  const broken = await read('def good(): pass\ndef bad(:\nclass __proto__:\n  constructor = 1\n');
  expect(broken.isPartial).toBe(true);
  expect(broken.symbols.map(({ name }) => name)).toContain('good');
  const named = await read('def __proto__(): pass\n__proto__()\n');
  expect(named.references[0]?.binding).toEqual({ to: 'SYMBOL', symbol: 0 });
});

test('very many functions are read up to a bound', { timeout: 60_000 }, async () => {
  const text = Array.from({ length: 60_000 }, (_, index) => `def f${index}():0`).join('\n');
  const facts = await factsOfText({ text, dialect: 'python', parseMs: 50_000 });
  expect(facts?.symbols).toHaveLength(20_000);
  expect(facts?.isPartial).toBe(true);
});
