import { expect, test } from 'vitest';
import { factsOfText } from '../facts-of-text.ts';
import type { FileFacts } from '../file-facts.ts';

async function read(text: string): Promise<FileFacts> {
  const facts = await factsOfText({ text, dialect: 'go' });
  if (facts === null) throw new Error('There are no facts.');
  return facts;
}

const symbolsOf = (facts: FileFacts): string[] =>
  facts.symbols.map(
    ({ kind, qualifiedName, isExported }) => `${kind} ${qualifiedName}${isExported ? ' *' : ''}`,
  );

test('methods are members of their types, wherever these stand in the file', async () => {
  const facts = await read(`package chi
// Close ends it.
func (s *Server) Close() error { return nil }

// Server serves.
// It has two lines.
type Server struct {
	Base
	name, other string // not a doc comment
	Opts map[string]*Opt
}
type handler interface { Serve(w Writer) }
const (
	A, b = 1, 2
)
`);
  expect(facts.packageName).toBe('go:chi');
  expect(symbolsOf(facts)).toEqual([
    'METHOD Server.Close *',
    'CLASS Server *',
    'FIELD Server.Base *',
    'FIELD Server.name',
    'FIELD Server.other',
    'FIELD Server.Opts *',
    'INTERFACE handler',
    'METHOD handler.Serve *',
    'CONSTANT A *',
    'CONSTANT b',
  ]);
  expect(facts.symbols[0]).toMatchObject({ parent: 1, documentation: 'Close ends it.', owner: null });
  expect(facts.symbols[1]).toMatchObject({
    documentation: 'Server serves.\nIt has two lines.',
    signature: 'type Server struct',
    bases: [{ of: 'NAME', name: 'Base' }],
  });
  expect(facts.symbols[5]?.documentation).toBeNull();
});

test('a method of a type from another file names its owner', async () => {
  const facts = await read('package a\nfunc (l *List[T]) Push(v T) { v.x() }\n');
  expect(facts.symbols[0]).toMatchObject({
    qualifiedName: 'List.Push',
    parent: null,
    owner: { of: 'NAME', name: 'List' },
  });
});

test('imports keep their aliases, and packages are known by their usual names', async () => {
  const facts = await read(`package a
import (
	"net/http"
	y "gopkg.in/yaml.v3"
	"example.com/go-chi/chi/v5"
	. "strings"
	_ "embed"
)
func f() { http.Get(y.A); chi.NewRouter() }
`);
  expect(
    facts.imports.map(({ specifier, names, isWildcard }) => [specifier, names[0]?.alias, isWildcard]),
  ).toEqual([
    ['net/http', 'http', false],
    ['gopkg.in/yaml.v3', 'y', false],
    ['example.com/go-chi/chi/v5', 'chi', false],
    ['strings', undefined, true],
    ['embed', undefined, false],
  ]);
  expect(facts.references.map(({ kind, binding }) => [kind, binding])).toEqual([
    ['CALL', { to: 'IMPORT', import: 0, name: '*', path: ['Get'] }],
    ['READ', { to: 'IMPORT', import: 1, name: '*', path: ['A'] }],
    ['CALL', { to: 'IMPORT', import: 2, name: '*', path: ['NewRouter'] }],
  ]);
});

test('types of receivers follow from literals, annotations, elements, results and cases', async () => {
  const facts = await read(`package a
type T struct { parts []Part }
func New() *T { return &T{parts: nil} }
func f(list ...T, x any) {
	New().one()
	t := T{}
	t.two()
	for _, p := range t.parts { p.three() }
	for _, e := range list { e.four() }
	switch v := x.(type) { case *T: v.five() }
	x.(*T).six()
	x.seven()
}
`);
  const calls = facts.references.filter(({ kind }) => kind === 'CALL').map(({ binding }) => binding);
  const type = { of: 'SYMBOL', symbol: 0 };
  expect(calls).toEqual([
    { to: 'MEMBER', type: { of: 'RESULT', callee: { to: 'SYMBOL', symbol: 2 } }, name: 'one' },
    { to: 'SYMBOL', symbol: 2 },
    { to: 'MEMBER', type, name: 'two' },
    { to: 'MEMBER', type: { of: 'NAME', name: 'Part' }, name: 'three' },
    { to: 'MEMBER', type, name: 'four' },
    { to: 'MEMBER', type, name: 'five' },
    { to: 'MEMBER', type, name: 'six' },
    { to: 'NAME', name: 'seven', member: true },
  ]);
});

test('a broken text gives what can be read', async () => {
  const facts = await read('package a\nfunc good() {}\nfunc bad( {\ntype T struct { X int }\n');
  expect(facts.isPartial).toBe(true);
  expect(symbolsOf(facts)).toContain('FUNCTION good');
});

test('names of the prototype of objects are names like others', async () => {
  const facts = await read(
    'package a\nfunc __proto__() {}\nfunc constructor() { __proto__(); toString() }\n',
  );
  expect(facts.references.map(({ binding }) => binding)).toEqual([
    { to: 'SYMBOL', symbol: 0 },
    { to: 'NAME', name: 'toString', member: false },
  ]);
});

test('very many functions and deep nesting are read up to a bound', { timeout: 60_000 }, async () => {
  const many = Array.from({ length: 60_000 }, (_, index) => `func f${index}(){}`).join('\n');
  const facts = await factsOfText({ text: `package a\n${many}`, dialect: 'go', parseMs: 50_000 });
  expect(facts?.symbols).toHaveLength(20_000);
  expect(facts?.isPartial).toBe(true);
  const deep = `package a\nfunc f() ${'{'.repeat(5000)}x()${'}'.repeat(5000)}`;
  expect((await read(deep)).references).toHaveLength(1);
});
