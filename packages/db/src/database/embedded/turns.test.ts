import { expect, test } from 'vitest';
import { syncsOf, tenantAccount, type Account } from '../account.ts';
import { Turns, type TurnClock } from './turns.ts';

/** A clock that goes where a test sets it. */
class SetClock implements TurnClock {
  #time = 0;
  #calls: { at: number; call: () => void }[] = [];

  now(): number {
    return this.#time;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#time + ms, call };
    this.#calls.push(timer);
    return () => void (this.#calls = this.#calls.filter((each) => each !== timer));
  }

  async pass(ms: number): Promise<void> {
    this.#time += ms;
    const due = this.#calls.filter(({ at }) => at <= this.#time);
    this.#calls = this.#calls.filter(({ at }) => at > this.#time);
    for (const { call } of due) call();
    await settled();
  }
}

/** Lets promises that are settled call back. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function world() {
  const clock = new SetClock();
  const turns = new Turns(clock);
  const order: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (account: Account, name: string): void =>
    void turns.take(account).then((end) => {
      order.push(name);
      ends.set(name, end);
    });
  return {
    clock,
    turns,
    order,
    ask,
    /** Ends a turn after it took some time. */
    async end(name: string, ms: number) {
      await clock.pass(ms);
      ends.get(name)?.();
      await settled();
    },
  };
}

const readersOf = (userId: string) => tenantAccount({ userId, projectId: null });
const hostile = syncsOf('hostile');
const neighbour = readersOf('neighbour');

test('one turn at a time, in the order in which one account asks', async () => {
  const { ask, order, end, turns } = world();
  for (const name of ['a', 'b', 'c']) ask(neighbour, name);
  await settled();
  expect(order).toEqual(['a']);
  expect(turns.callers).toBe(3);
  await end('a', 1);
  await end('b', 1);
  expect(order).toEqual(['a', 'b', 'c']);
  await end('c', 1);
  expect(turns.callers).toBe(0);
});

test('of many that wait, an account with shorter turns is next', async () => {
  const { ask, order, end } = world();
  ask(neighbour, 'first');
  await end('first', 5);
  for (let at = 0; at < 50; at += 1) ask(hostile, `import ${at}`);
  await settled();
  ask(neighbour, 'list');
  await end('import 0', 30);
  expect(order.at(-1)).toBe('list');
});

test('many short turns do not keep an account before others: what it uses beyond its part counts', async () => {
  const { ask, order, end } = world();
  ask(neighbour, 'first');
  await end('first', 30);
  for (let at = 0; at < 200; at += 1) {
    ask(readersOf('flood'), `flood ${at}`);
    await end(`flood ${at}`, 5);
  }
  ask(readersOf('third'), 'held');
  await settled();
  ask(readersOf('flood'), 'flood again');
  ask(neighbour, 'list');
  await end('held', 5);
  expect(order.at(-1)).toBe('list');
});

test('a call that waits long enough has its turn, whatever its account used', async () => {
  const { ask, order, end } = world();
  ask(hostile, 'import 1');
  await end('import 1', 10);
  ask(neighbour, 'list 0');
  await settled();
  ask(hostile, 'import 2');
  for (let at = 0; at < 200 && order.at(-1) !== 'import 2'; at += 1) {
    ask(neighbour, `list ${at + 1}`);
    await end(`list ${at}`, 2);
  }
  expect(order.at(-1)).toBe('import 2');
});

test('of equal use, readers come before syncs', async () => {
  const { ask, order, end } = world();
  ask(neighbour, 'first');
  await end('first', 50);
  ask(syncsOf('neighbour'), 'sync');
  await end('sync', 50);
  ask({ name: 'other', isPatient: false }, 'held');
  await settled();
  ask(syncsOf('neighbour'), 'sync again');
  ask(neighbour, 'second');
  await end('held', 1);
  expect(order.at(-1)).toBe('second');
});

test('beside a lighter account a heavy one rests after a turn for a quarter of it', async () => {
  const { ask, order, end, clock } = world();
  ask(hostile, 'import 1');
  await end('import 1', 900);
  ask(hostile, 'import 2');
  await settled();
  ask(neighbour, 'tree');
  ask(hostile, 'import 3');
  await end('import 2', 160);
  await end('tree', 2);
  await clock.pass(20);
  // The other one finds the database free meanwhile.
  ask(neighbour, 'page');
  await settled();
  expect(order.at(-1)).toBe('page');
  await end('page', 2);
  await clock.pass(15);
  expect(order.at(-1)).toBe('page');
  await clock.pass(1);
  expect(order.at(-1)).toBe('import 3');
});

test('an account that is alone never rests', async () => {
  const { ask, order, end } = world();
  for (let at = 0; at < 20; at += 1) ask(hostile, `import ${at}`);
  for (let at = 0; at < 19; at += 1) await end(`import ${at}`, 100);
  expect(order).toHaveLength(20);
});

test('an account that takes its part of the time beside many others never rests', async () => {
  const { ask, order, end } = world();
  const accounts = ['a', 'b', 'c', 'd'].map(readersOf);
  for (let turn = 0; turn < 40; turn += 1) {
    for (const [at, account] of accounts.entries()) {
      ask(account, `${turn} ${at}`);
      await settled();
      expect(order.at(-1)).toBe(`${turn} ${at}`);
      await end(`${turn} ${at}`, at === 0 ? 20 : 10);
    }
  }
});

test('a rest has a limit', async () => {
  const { ask, order, end, clock } = world();
  ask(hostile, 'import 1');
  await settled();
  ask(neighbour, 'list');
  ask(hostile, 'import 2');
  await end('import 1', 60_000);
  await end('list', 1);
  await clock.pass(498);
  expect(order.at(-1)).toBe('list');
  await clock.pass(1);
  expect(order.at(-1)).toBe('import 2');
});

test('what belongs to no tenant comes first, and is never asked to rest', async () => {
  const { ask, order, end } = world();
  const none: Account = { name: '', isPatient: false };
  ask(none, 'upkeep 1');
  await end('upkeep 1', 900);
  ask(neighbour, 'list');
  await end('list', 1);
  ask(none, 'upkeep 2');
  await settled();
  expect(order.at(-1)).toBe('upkeep 2');
  ask(neighbour, 'page');
  ask(none, 'upkeep 3');
  await end('upkeep 2', 900);
  expect(order.at(-1)).toBe('upkeep 3');
});

test('what a person uses through several projects counts together', async () => {
  const { ask, order, end } = world();
  const projects = ['one', 'two', 'three'].map((project) => syncsOf(project, 'flood'));
  ask(syncsOf('other', 'neighbour'), 'small');
  await end('small', 150);
  for (let turn = 0; turn < 30; turn += 1)
    for (const [at, project] of projects.entries()) {
      ask(project, `${turn} ${at}`);
      await settled();
      await end(`${turn} ${at}`, 10);
    }
  ask(readersOf('third'), 'held');
  await settled();
  // Each of the three alone used no more than the small one's.
  ask(syncsOf('four', 'flood'), 'another project');
  ask(syncsOf('other', 'neighbour'), 'small again');
  await end('held', 1);
  expect(order.at(-1)).toBe('small again');
});

test('after a turn the database is kept free for what follows, of a person who uses less than the one who takes most', async () => {
  const { ask, order, end, clock } = world();
  const imports = syncsOf('large', 'flood');
  ask(imports, 'import 1');
  await end('import 1', 900);
  ask(neighbour, 'list 1');
  ask(imports, 'import 2');
  await end('list 1', 2);
  expect(order.at(-1)).toBe('list 1');
  await clock.pass(3);
  ask(neighbour, 'list 2');
  await settled();
  expect(order.at(-1)).toBe('list 2');
  await end('list 2', 2);
  await clock.pass(4);
  expect(order.at(-1)).toBe('import 2');
});

test('a person’s own syncs do not wait for what they may read next', async () => {
  const { ask, order, end } = world();
  const imports = syncsOf('own', 'neighbour');
  ask(imports, 'import 1');
  await end('import 1', 900);
  ask(neighbour, 'list');
  ask(imports, 'import 2');
  await end('list', 2);
  expect(order.at(-1)).toBe('import 2');
});
