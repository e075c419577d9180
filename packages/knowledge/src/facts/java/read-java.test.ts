import { expect, test } from 'vitest';
import { factsOfText } from '../facts-of-text.ts';
import type { FileFacts } from '../file-facts.ts';

async function read(text: string): Promise<FileFacts> {
  const facts = await factsOfText({ text, dialect: 'java' });
  if (facts === null) throw new Error('There are no facts.');
  return facts;
}

const symbolsOf = (facts: FileFacts): string[] =>
  facts.symbols.map(
    ({ kind, qualifiedName, isExported }) => `${kind} ${qualifiedName}${isExported ? ' *' : ''}`,
  );

test('types, nested types and their members are symbols', async () => {
  const facts = await read(`package org.foo;
/** A doc. */
@Deprecated
public class A extends Base implements I, J<String> {
  private static final Logger LOG = null;
  protected Foo foo, bar;
  public A(Foo foo) { this.foo = foo; }
  enum Kind { ONE, TWO { void m() {} } }
  public interface In { void call(); }
  public record Rec(Foo a) { }
}
class Hidden { public int x; }
`);
  expect(facts.packageName).toBe('java:org.foo');
  expect(symbolsOf(facts)).toEqual([
    'CLASS A *',
    'CONSTANT A.LOG',
    'FIELD A.foo *',
    'FIELD A.bar *',
    'METHOD A.A *',
    'ENUM A.Kind',
    'CONSTANT A.Kind.ONE',
    'CONSTANT A.Kind.TWO',
    'METHOD A.Kind.TWO.m',
    'INTERFACE A.In *',
    'METHOD A.In.call *',
    'CLASS A.Rec *',
    'FIELD A.Rec.a',
    'CLASS Hidden',
    'FIELD Hidden.x',
  ]);
  expect(facts.symbols[0]).toMatchObject({
    documentation: 'A doc.',
    signature: 'public class A extends Base implements I, J<String>',
    bases: [
      { of: 'NAME', name: 'Base' },
      { of: 'NAME', name: 'I' },
      { of: 'NAME', name: 'J' },
    ],
  });
});

test('imports are single, static, of a whole package, or a full name in the text', async () => {
  const facts = await read(`
import a.b.C;
import a.b.*;
import static a.b.D.help;
import static a.b.D.*;
class X { void f() { help(); a.c.Full.go(); C.make(); } }
`);
  expect(facts.imports.map(({ specifier, isWildcard }) => `${specifier}${isWildcard ? ' all' : ''}`)).toEqual(
    ['a.b.C', 'a.b.* all', 'a.b.D.help', 'a.b.D.* all', 'a.c.Full'],
  );
  expect(facts.references.filter(({ kind }) => kind === 'CALL').map(({ binding }) => binding)).toEqual([
    { to: 'IMPORT', import: 2, name: 'help', path: [] },
    { to: 'MEMBER', type: { of: 'IMPORT', import: 4, name: 'Full', path: [] }, name: 'go()' },
    { to: 'MEMBER', type: { of: 'IMPORT', import: 0, name: 'C', path: [] }, name: 'make()' },
  ]);
});

test('a field and a method of one name are two definitions', async () => {
  const facts = await read(
    'class A { int size; int size() { return size; } int f() { return this.size() + size(); } }',
  );
  expect(facts.references.map(({ kind, binding }) => [kind, binding])).toEqual([
    ['READ', { to: 'SYMBOL', symbol: 1 }],
    ['CALL', { to: 'SYMBOL', symbol: 2 }],
    ['CALL', { to: 'SYMBOL', symbol: 2 }],
  ]);
});

test('names without a definition are inherited where a class extends another', async () => {
  const facts = await read(
    'class A extends B { void f() { inherited(); field.go(); } } class C { void f() { loose(); } }',
  );
  const own = { of: 'SYMBOL', symbol: 0 };
  expect(facts.references.filter(({ kind }) => kind === 'CALL').map(({ binding }) => binding)).toEqual([
    { to: 'MEMBER', type: own, name: 'inherited()' },
    { to: 'MEMBER', type: { of: 'MEMBER', type: own, name: 'field' }, name: 'go()' },
    { to: 'NAME', name: 'loose', member: false },
  ]);
});

test('broken texts, odd names and deep nesting do no harm', async () => {
  const broken = await read('class Good { void f() {} }\nclass Bad { void ( }');
  expect(broken.isPartial).toBe(true);
  expect(symbolsOf(broken)).toContain('METHOD Good.f');
  const named = await read('class __proto__ { int constructor; int f() { return constructor; } }');
  expect(named.references[0]?.binding).toEqual({ to: 'SYMBOL', symbol: 1 });
  expect((await read(`${'class A {'.repeat(3000)}${'}'.repeat(3000)}`)).symbols).toHaveLength(3000);
});

test('very many methods are read up to a bound', { timeout: 60_000 }, async () => {
  const many = Array.from({ length: 60_000 }, (_, index) => `void f${index}(){}`).join('\n');
  const facts = await factsOfText({ text: `class A {${many}}`, dialect: 'java', parseMs: 50_000 });
  expect(facts?.symbols).toHaveLength(20_000);
  expect(facts?.isPartial).toBe(true);
});
