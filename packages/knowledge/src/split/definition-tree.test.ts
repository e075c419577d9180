import { describe, expect, test } from 'vitest';
import { splitText } from './split-text.ts';

/** The qualified names and kinds of all definitions of a text. */
const definitionsOf = async (dialect: string, text: string): Promise<string[]> =>
  (await splitText({ text, dialect })).flatMap(({ definitions }) =>
    definitions.map(({ qualifiedName, kind, line }) => `${kind} ${qualifiedName} ${line}`),
  );

describe('the definitions of a file', () => {
  test('include constants, fields, object methods, default exports and nested functions of TypeScript', async () => {
    const text = `export const LIMIT = 10, size = 2;
let count = 0;
export class Router<T> extends Base {
  static depth = 1;
  #routes: T[] = [];
  onError = (error: Error) => {
    throw error;
  };
  add(route: T): void {}
}
const api = {
  get() {},
  post: async () => {
    await send();
  },
};
export function respond() {
  const limit = 3;
  async function resolve() {}
  const handle = async (
    event: Event,
  ) => {
    return event;
  };
}
interface Options { readonly path: string; run(): void }
enum Side { Left, Right = 2 }
export default function () {}
`;
    expect(await definitionsOf('typescript', text)).toEqual([
      'CONSTANT LIMIT 1',
      'CONSTANT size 1',
      'VARIABLE count 2',
      'CLASS Router 3',
      'FIELD Router.depth 4',
      'FIELD Router.#routes 5',
      'METHOD Router.onError 6',
      'METHOD Router.add 9',
      'CONSTANT api 11',
      'METHOD api.get 12',
      'METHOD api.post 13',
      'FUNCTION respond 17',
      'FUNCTION respond.resolve 19',
      'FUNCTION respond.handle 20',
      'INTERFACE Options 26',
      'FIELD Options.path 26',
      'METHOD Options.run 26',
      'ENUM Side 27',
      'CONSTANT Side.Left 27',
      'CONSTANT Side.Right 27',
      'FUNCTION default 28',
    ]);
  });

  test('include the titles of tests, each under its group', async () => {
    const text = `describe('the router', () => {
  it('adds a route', () => {});
  it.each([1, 2])(\`finds %i routes\`, async () => {
    expect(1).toBe(1);
  });
});
test.skip("stands alone", function () {});
app.get('/users', () => {});
`;
    expect(await definitionsOf('typescript', text)).toEqual([
      'TEST the router 1',
      'TEST the router.adds a route 2',
      'TEST the router.finds %i routes 3',
      'TEST stands alone 7',
    ]);
    expect(
      await definitionsOf('ruby', 'describe "a stack" do\n  it "is empty" do\n    x\n  end\nend\n'),
    ).toEqual(['TEST a stack 1', 'TEST a stack.is empty 2']);
  });

  test('include functions in a file that one call wraps', async () => {
    const text = `(function (global) {\n  'use strict';\n  function parse(text) {\n    return text;\n  }\n})(this);\n`;
    expect(await definitionsOf('javascript', text)).toEqual(['FUNCTION parse 3']);
  });

  test.each([
    [
      'python',
      'LIMIT: int = 1\n_cache = {}\n\nclass Shape:\n    sides = 3\n\n    @property\n    def area(self):\n        def half(x):\n            return x\n        return half\n\nif LIMIT:\n    def late(): pass\n',
      [
        'CONSTANT LIMIT',
        'VARIABLE _cache',
        'CLASS Shape',
        'FIELD Shape.sides',
        'METHOD Shape.area',
        'FUNCTION Shape.area.half',
        'FUNCTION late',
      ],
    ],
    [
      'go',
      'package a\n\nconst (\n\tFirst = iota\n\tSecond, Third = 1, 2\n)\n\nvar ErrGone = errors.New("gone")\n\ntype Queue[T any] struct {\n\tItems []T\n}\n\ntype Reader interface {\n\tRead(p []byte) int\n}\n\nfunc (q *Queue[T]) Push(item T) {}\n\nfunc New() {}\n',
      [
        'CONSTANT First',
        'CONSTANT Second',
        'CONSTANT Third',
        'VARIABLE ErrGone',
        'CLASS Queue',
        'FIELD Queue.Items',
        'INTERFACE Reader',
        'METHOD Reader.Read',
        'METHOD Queue.Push',
        'FUNCTION New',
      ],
    ],
    [
      'rust',
      'pub const LIMIT: u8 = 1;\n\nstruct Stack<T> {\n    items: Vec<T>,\n}\n\nimpl<T> Stack<T> {\n    pub fn push(&mut self) {}\n}\n\nimpl fmt::Display for Stack<u8> {\n    fn fmt(&self) {}\n}\n\nmod inner {\n    pub fn run() {}\n}\n',
      [
        'CONSTANT LIMIT',
        'CLASS Stack',
        'FIELD Stack.items',
        'METHOD Stack.push',
        'METHOD Stack.fmt',
        'MODULE inner',
        'FUNCTION inner.run',
      ],
    ],
    [
      'java',
      'public class Pool {\n  private static final int MAX = 1;\n  private int used;\n  Pool() {}\n  void take() {}\n  enum State { FREE }\n}\n',
      [
        'CLASS Pool',
        'CONSTANT Pool.MAX',
        'FIELD Pool.used',
        'METHOD Pool.Pool',
        'METHOD Pool.take',
        'ENUM Pool.State',
        'CONSTANT Pool.State.FREE',
      ],
    ],
    [
      'csharp',
      'namespace App {\n  class Pool {\n    const int Max = 1;\n    public string Name { get; set; }\n    void Take() {}\n  }\n}\n',
      ['MODULE App', 'CLASS App.Pool', 'FIELD App.Pool.Max', 'FIELD App.Pool.Name', 'METHOD App.Pool.Take'],
    ],
    [
      'php',
      '<?php\nclass Pool {\n  const MAX = 1;\n  private int $used = 0;\n  public function take() {}\n}\n',
      ['CLASS Pool', 'CONSTANT Pool.MAX', 'FIELD Pool.used', 'METHOD Pool.take'],
    ],
    [
      'ruby',
      'module App\n  class Pool\n    MAX = 1\n    def take; end\n    def self.open; end\n  end\nend\n',
      [
        'MODULE App',
        'CLASS App.Pool',
        'CONSTANT App.Pool.MAX',
        'METHOD App.Pool.take',
        'METHOD App.Pool.open',
      ],
    ],
    [
      'ruby',
      'module Cached\n  included do\n    attr_reader :store, :age\n    def fetch(key)\n      1\n    end\n  end\n  class_methods do\n    def cache_all\n    end\n  end\n  def self.included(base)\n    base.class_eval do\n      def expire\n      end\n    end\n  end\n  private def sweep\n    1\n  end\nend\nGone = Class.new(StandardError) do\n  def status\n    410\n  end\nend\nclass Pool\n  alias size count\n  alias_method :length, :count\n  define_method(:drain) do |all|\n    all\n  end\nend\n',
      [
        'MODULE Cached',
        'FIELD Cached.store',
        'FIELD Cached.age',
        'METHOD Cached.fetch',
        'METHOD Cached.cache_all',
        'METHOD Cached.included',
        'METHOD Cached.included.expire',
        'METHOD Cached.sweep',
        'CLASS Gone',
        'METHOD Gone.status',
        'CLASS Pool',
        'METHOD Pool.size',
        'METHOD Pool.length',
        'METHOD Pool.drain',
      ],
    ],
    [
      'ruby',
      'class Berth\n  constructor :tide\n  toString :text\n  attr_reader :length\nend\n',
      ['CLASS Berth', 'FIELD Berth.length'],
    ],
    [
      'ruby',
      "RSpec.describe 'a pool' do\n  context 'when full' do\n    let(:kind) do\n      Class.new do\n        def take\n        end\n      end\n    end\n    it 'refuses' do\n      1\n    end\n  end\nend\n",
      [
        'TEST a pool',
        'TEST a pool.when full',
        'METHOD a pool.when full.take',
        'TEST a pool.when full.refuses',
      ],
    ],
    [
      'c',
      '#ifndef POOL_H\n#define POOL_H\n#define MAX 10\ntypedef struct pool { int used; } pool_t;\nstatic const int limit = 4;\nint take(pool_t *pool);\nstruct pool *next;\n#endif\n',
      [
        'CONSTANT POOL_H',
        'CONSTANT MAX',
        'TYPE pool_t',
        'FIELD pool_t.used',
        'CONSTANT limit',
        'FUNCTION take',
        'VARIABLE next',
      ],
    ],
    [
      'cpp',
      'namespace app {\nclass Pool {\n public:\n  int take() const;\n  int used_;\n};\n}\nint app::Pool::take() const { return 1; }\n',
      [
        'MODULE app',
        'CLASS app.Pool',
        'METHOD app.Pool.take',
        'FIELD app.Pool.used_',
        'METHOD app.Pool.take',
      ],
    ],
    [
      'kotlin',
      'class Pool {\n  fun take(): Int = 1\n}\nconst val MAX = 1\n',
      ['CLASS Pool', 'FUNCTION Pool.take', 'CONSTANT MAX'],
    ],
    [
      'swift',
      'struct Pool {\n  func take() {}\n  enum State {\n    func next() {}\n  }\n}\nfunc open() {}\n',
      ['CLASS Pool', 'FUNCTION Pool.take', 'CLASS Pool.State', 'FUNCTION Pool.State.next', 'FUNCTION open'],
    ],
    [
      'java',
      '@Documented\npublic @interface Mapped {\n  boolean strict() default true;\n}\n\n@Mapped\nclass Pool {}\n',
      ['INTERFACE Mapped', 'METHOD Mapped.strict', 'CLASS Pool'],
    ],
    [
      'c',
      '#pragma once\nnamespace app {\ntemplate <typename T> class Pool {\n public:\n  int take() const { return 1; }\n};\nenum class Side { left };\n}\n',
      ['MODULE app', 'CLASS app.Pool', 'METHOD app.Pool.take', 'ENUM app.Side', 'CONSTANT app.Side.left'],
    ],
    [
      'cpp',
      'APP_BEGIN_EXPORT\n\ntemplate <typename T> class APP_API Pool {\n public:\n  APP_INLINE void take() {}\n};\n\nAPP_EXPORT enum class Side { left };\n\ntemplate <> struct maker<int> {\n  int make();\n};\nAPP_END_EXPORT\n',
      [
        'CLASS Pool',
        'METHOD Pool.take',
        'ENUM Side',
        'CONSTANT Side.left',
        'CLASS maker',
        'METHOD maker.make',
      ],
    ],
    [
      'javascript',
      "const codes = {\n  ERR_GONE: createError('GONE'),\n  kState: Symbol('state'),\n  size: count(),\n};\nserve({ ERR_LATE: late() });\nmodule.exports = function build() {\n  return function nextId() {\n    return 1;\n  };\n};\n",
      [
        'CONSTANT codes',
        'FIELD codes.ERR_GONE',
        'FIELD codes.kState',
        'FUNCTION module.exports',
        'FUNCTION module.exports.nextId',
      ],
    ],
    ['json', '{\n  "name": "a",\n  "scripts": {}\n}\n', ['KEY name', 'KEY scripts']],
    ['markdown', '# Guide\n\n## Install\n\nText.\n', ['SECTION Guide', 'SECTION Guide.Install']],
    [
      'markdown',
      '---\ntitle: none\n---\n\nGuide\n=====\n\nInstall it\n----------\n\nText\nof two lines\n---\n\n- a list\n---\n\n| a |\n---\n\n```\nIn code\n===\n```\n',
      ['SECTION Guide', 'SECTION Guide.Install it'],
    ],
    [
      'markdown',
      '# <img alt="Pool" src="a.svg" width="2"/>\n\n## [Install](https://example.com) <a id="x"></a>\n\n### Type `Vec<T>` and ![a picture](b.png)\n\n#### <a id="y"></a>\n',
      [
        'SECTION Pool',
        'SECTION Pool.Install',
        'SECTION Pool.Install.Type `Vec<T>` and a picture',
        'SECTION Pool.Install.Type `Vec<T>` and a picture.<a id="y"></a>',
      ],
    ],
    [
      'rst',
      '=====\nGuide\n=====\n\n.. module:: a\n\nInstall\n=======\n\nText, and\na table\n\n====  ====\na     b\n====  ====\n\nFrom ``source``\n---------------\n\n----\n\n.. code-block::\n\n   Quoted\n   ------\n\n:class:`~a.Pool`\n================\n\nEnd.\n',
      ['SECTION Guide', 'SECTION Guide.Install', 'SECTION Guide.Install.From source', 'SECTION Guide.Pool'],
    ],
    [
      'sql',
      'CREATE TABLE app.person (id int);\nCREATE INDEX by_id ON app.person (id);\nINSERT INTO app.person VALUES (1);\n',
      ['CLASS app.person', 'OBJECT app.person.by_id'],
    ],
  ])('of %s have the names of their containers', async (dialect, text, expected) => {
    const found = (await definitionsOf(dialect, text)).map((each) => each.replace(/ \d+$/, ''));
    expect(found).toEqual(expected);
  });
});
