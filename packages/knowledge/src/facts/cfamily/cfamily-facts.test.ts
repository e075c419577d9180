import { describe, expect, it } from 'vitest';
import { factsOfText } from '../facts-of-text.ts';
import { linksOf } from '../../testing/links-of.ts';

const files = {
  'src/main.c': `#include <stdio.h>
#include "store.h"
#include "../deps/one.h"
static int total;
int main(void) {
  Store *store = open_store(LIMIT);
  store->size = RED;
  total = declared_only(store->next->size);
  return 0;
}
`,
  'include/store.h': `#ifndef STORE_H
#define STORE_H
#include "loop.h"
#define LIMIT 3
typedef struct store { int size; struct store *next; } Store;
enum color { RED, GREEN };
Store *open_store(int limit);
int declared_only(int x);
#endif
`,
  'include/loop.h': `#include "store.h"\n`,
  'deps/one.h': '',
  'src/store.c': `#include "store.h"
/* Opens a store. */
Store *open_store(int limit) { return 0; }
`,
};

describe('facts and links of C and C++', () => {
  it('finds headers beside the file and in the folders that hold them by custom', async () => {
    const links = await linksOf(files, 'c', 'src/main.c');
    expect(links.imports.map(({ path }) => path)).toEqual([null, 'include/store.h', 'deps/one.h']);
  });

  it('leads to the one definition, and else to the declaration in a header', async () => {
    const { references } = await linksOf(files, 'c', 'src/main.c');
    const found = references.map(({ line, path, key }) => `${line} ${path} ${key}`);
    expect(found).toEqual(
      expect.arrayContaining([
        '6 include/store.h Store',
        '6 src/store.c open_store',
        '6 include/store.h LIMIT',
        '7 include/store.h store.size',
        '7 include/store.h RED',
        '8 include/store.h declared_only',
        '8 include/store.h store.next',
        '8 src/main.c total',
      ]),
    );
    expect(found).toHaveLength(9);
  });

  it('finds the fields of a structure that a typedef gives its own name', async () => {
    const all = {
      'a.h':
        'typedef struct item { struct item *next; int size; } item;\ntypedef struct box box;\nstruct box { item *first; };\n',
      'a.c':
        '#include "a.h"\nint f(const item *a, box *b) { return a->next->size + b->first->size; }\nvoid g(void) { free(0); }\n',
      'test/own.h': '#define free(x) own_free(x)\n',
    };
    const { references } = await linksOf(all, 'c', 'a.c');
    expect(references.filter(({ kind }) => kind !== 'TYPE').map(({ key }) => key)).toEqual([
      'item.size',
      'item.next',
      'item.size',
      'box.first',
    ]);
  });

  it('reads classes, namespaces and methods that are defined apart from their class', async () => {
    const text = `namespace acme {
class Base { public: virtual void go() = 0; };
class Runner : public Base { public: void go() override; Base *base; };
enum class Color { Red };
}
void acme::Runner::go() { base->go(); this->base->go(); acme::Color c = acme::Color::Red; }
`;
    const facts = await factsOfText({ text, dialect: 'cpp' });
    expect(facts?.symbols.map(({ kind, qualifiedName }) => `${kind} ${qualifiedName}`)).toEqual([
      'NAMESPACE acme',
      'CLASS acme.Base',
      'METHOD acme.Base.go',
      'CLASS acme.Runner',
      'METHOD acme.Runner.go',
      'FIELD acme.Runner.base',
      'ENUM acme.Color',
      'CONSTANT acme.Color.Red',
      'METHOD Runner.go',
    ]);
    const called = facts?.references.filter(({ kind }) => kind === 'CALL').map(({ binding }) => binding);
    expect(called).toContainEqual({ to: 'SYMBOL', symbol: 2 });
    expect(facts?.symbols[3]?.bases).toEqual([{ of: 'SYMBOL', symbol: 1 }]);
  });

  it('reads what it can of a broken file and of hostile names', async () => {
    const text = 'int __proto__(void) { return constructor(); }\nint constructor(void) {}\nint (((';
    const facts = await factsOfText({ text, dialect: 'c' });
    expect(facts?.symbols.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
    expect(facts?.isPartial).toBe(true);
  });

  it('stays bounded with deep nesting and 200,000 functions', async () => {
    const deep = `int f(void) { return ${'('.repeat(5000)}1${')'.repeat(5000)}; }`;
    expect((await factsOfText({ text: deep, dialect: 'c' }))?.symbols).toHaveLength(1);
    const facts = await factsOfText({ text: 'f(){}\n'.repeat(200_000), dialect: 'c', parseMs: 60_000 });
    expect(facts?.isPartial).toBe(true);
    expect(facts?.symbols.length).toBeLessThanOrEqual(20_000);
  }, 60_000);
});
