import { expect, test } from 'vitest';
import { factsOfText } from '../facts-of-text.ts';
import type { FileFacts } from '../file-facts.ts';

async function read(text: string): Promise<FileFacts> {
  const facts = await factsOfText({ text, dialect: 'rust' });
  if (facts === null) throw new Error('There are no facts.');
  return facts;
}

const symbolsOf = (facts: FileFacts): string[] =>
  facts.symbols.map(
    ({ kind, qualifiedName, isExported }) => `${kind} ${qualifiedName}${isExported ? ' *' : ''}`,
  );

test('members of an impl belong to its type, and a trait becomes its base', async () => {
  const facts = await read(`
impl Trait for Thing { fn go(&self) {} }
/// A thing.
#[derive(Debug)]
pub struct Thing<T> { pub name: String, opts: Vec<T> }
impl<T> Thing<T> { pub fn new() -> Self { Self::make() } fn make() -> Self { todo!() } }
pub trait Trait: Send { fn go(&self); }
enum Kind { A, B(Thing<u8>) }
impl fmt::Display for other::Remote { fn fmt(&self) {} }
mod other;
`);
  expect(symbolsOf(facts)).toEqual([
    'METHOD Thing.go *',
    'CLASS Thing *',
    'FIELD Thing.name *',
    'FIELD Thing.opts',
    'METHOD Thing.new *',
    'METHOD Thing.make',
    'INTERFACE Trait *',
    'METHOD Trait.go *',
    'ENUM Kind',
    'CONSTANT Kind.A',
    'CONSTANT Kind.B',
    'METHOD Remote.fmt *',
  ]);
  expect(facts.symbols[1]).toMatchObject({ documentation: 'A thing.', bases: [{ of: 'SYMBOL', symbol: 6 }] });
  expect(facts.symbols[4]).toMatchObject({ parent: 1, type: { of: 'SYMBOL', symbol: 1 } });
  expect(facts.symbols[11]?.owner).toMatchObject({ of: 'IMPORT', path: ['Remote'] });
});

test('every name of a tree of imports is an import of its own', async () => {
  const facts = await read(`
use std::collections::{self, HashMap, hash_map::{Entry as E}};
pub use crate::a::{B, *};
use super::Trait as _;
mod tests { use super::*; use super::super::x; }
#[path = "there/file.rs"]
mod elsewhere;
`);
  expect(
    facts.imports.map(({ kind, specifier, names, isWildcard, within }) =>
      [kind, specifier, names[0]?.alias ?? '', isWildcard ? '*' : '', within?.join('::') ?? '']
        .join(' ')
        .trim(),
    ),
  ).toEqual([
    'IMPORT std::collections collections',
    'IMPORT std::collections::HashMap HashMap',
    'IMPORT std::collections::hash_map::Entry E',
    'REEXPORT crate::a::B B',
    'REEXPORT crate::a::*  *',
    'IMPORT super::Trait',
    'IMPORT super::*  * tests',
    'IMPORT super::super::x x  tests',
    'MODULE there/file.rs elsewhere',
  ]);
});

test('receivers are followed through constructors, bounds, question marks and macros', async () => {
  const facts = await read(`
struct A;
impl A { fn new() -> Result<A, E> { Ok(A) } fn go(&self) {} }
trait Go { fn run(&self); }
fn f<T: Go>(t: T, b: &mut Box<A>) {
    let a = A::new()?;
    a.go();
    t.run();
    b.go();
    assert!(b.go());
    a.map(|x| x);
    let n = a; let n = b;
    n.go();
}
`);
  const calls = facts.references.filter(({ kind }) => kind === 'CALL').map(({ binding }) => binding);
  expect(calls).toContainEqual({
    to: 'MEMBER',
    type: { of: 'RESULT', callee: { to: 'SYMBOL', symbol: 1 } },
    name: 'go()',
  });
  expect(calls.filter(({ to }) => to === 'SYMBOL')).toEqual([
    { to: 'SYMBOL', symbol: 1 },
    { to: 'SYMBOL', symbol: 4 },
    { to: 'SYMBOL', symbol: 2 },
    { to: 'SYMBOL', symbol: 2 },
  ]);
  // The members of a wrapper, and a name that is declared twice, are left alone.
  expect(calls).toContainEqual({ to: 'NAME', name: 'map', member: true });
  expect(calls).toContainEqual({ to: 'NAME', name: 'go', member: true });
});

test('names of a module are in reach of its tests only where these import them', async () => {
  const facts = await read(`
fn helper() {}
mod a { use super::*; fn x() { helper(); } }
mod b { fn x() { helper(); } }
`);
  expect(facts.references.map(({ binding }) => binding)).toEqual([
    { to: 'SYMBOL', symbol: 0 },
    { to: 'NAME', name: 'helper', member: false },
  ]);
});

test('broken texts, odd names and deep nesting do no harm', async () => {
  const broken = await read('fn good() {}\nfn bad( {\nstruct __proto__ { constructor: u8 }');
  expect(broken.isPartial).toBe(true);
  expect(symbolsOf(broken)).toContain('FUNCTION good');
  const named = await read('struct __proto__; fn f() { let x = __proto__; toString(); }');
  expect(named.references[0]?.binding).toEqual({ to: 'SYMBOL', symbol: 0 });
  expect((await read(`${'mod a{'.repeat(3000)}${'}'.repeat(3000)}`)).symbols).toHaveLength(3000);
  expect((await read(`use ${'a::{'.repeat(3000)}${'}'.repeat(3000)};`)).imports).toHaveLength(0);
});

test('very many functions are read up to a bound', { timeout: 60_000 }, async () => {
  const text = Array.from({ length: 60_000 }, (_, index) => `fn f${index}(){}`).join('\n');
  const facts = await factsOfText({ text, dialect: 'rust', parseMs: 50_000 });
  expect(facts?.symbols).toHaveLength(20_000);
  expect(facts?.isPartial).toBe(true);
});
