import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { oneBehind } from './one-behind.ts';

/** A source and a store that note what they do. */
function world(options: { readonly failsAt?: number; readonly refuses?: number } = {}) {
  const log: string[] = [];
  async function* items() {
    try {
      for (let item = 1; item <= 3; item += 1) {
        await turn();
        if (item === options.failsAt) throw new Error('The source failed.');
        log.push(`made ${item}`);
        yield item;
      }
    } finally {
      log.push('closed');
    }
  }
  const store = async (item: number) => {
    log.push(`storing ${item}`);
    // Longer than it takes to make an item.
    for (let turns = 0; turns < 5; turns += 1) await turn();
    if (item === options.refuses) throw new Error('The store failed.');
    log.push(`stored ${item}`);
    return item * 10;
  };
  return { log, results: oneBehind(items(), store) };
}

test('an item is made while the one before is stored, and each is stored before its result is seen', async () => {
  const { log, results } = world();
  for await (const result of results) log.push(`seen ${result}`);
  expect(log).toEqual([
    'made 1',
    'storing 1',
    'made 2',
    'stored 1',
    'seen 10',
    'storing 2',
    'made 3',
    'stored 2',
    'seen 20',
    'storing 3',
    'closed',
    'stored 3',
    'seen 30',
  ]);
});

test('a source that fails loses nothing that it gave before', async () => {
  const { log, results } = world({ failsAt: 3 });
  const seen: number[] = [];
  await expect(
    (async () => {
      for await (const result of results) seen.push(result);
    })(),
  ).rejects.toThrow('The source failed.');
  expect(seen).toEqual([10, 20]);
  expect(log.at(-1)).toBe('stored 2');
});

test('a store that fails ends the source, and stores nothing more', async () => {
  const { log, results } = world({ refuses: 1 });
  await expect(results.next()).rejects.toThrow('The store failed.');
  expect(log).toEqual(['made 1', 'storing 1', 'made 2', 'closed']);
});

test('a caller that leaves ends the source, with nothing being stored', async () => {
  const { log, results } = world();
  for await (const result of results) {
    expect(result).toBe(10);
    break;
  }
  const before = [...log];
  for (let turns = 0; turns < 20; turns += 1) await turn();
  expect(log).toEqual(before);
  expect(log).toEqual(['made 1', 'storing 1', 'made 2', 'stored 1', 'closed']);
});
