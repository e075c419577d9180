import { describe, expect, it } from 'vitest';
import { linksOf } from '../../testing/links-of.ts';
import { factsOfText } from '../facts-of-text.ts';

const files = {
  'lib/acme/runner.rb': `require 'json'
require 'acme/store'
require_relative '../shared'
module Acme
  # Runs things.
  class Runner < Base
    include Shared::Loud
    attr_reader :name
    LIMIT = 3
    def initialize
      @store = Store.new
    end
    def self.build; end
    def run
      @store.save
      made = Store.new
      made.save
      self.go
      go
      name
      shout
      Runner.build
      Acme::Store.open(LIMIT)
      unknown.save
    end
    def go; end
  end
end
`,
  'lib/acme/store.rb': `module Acme
  class Store
    def save; end
    def self.open(n); end
  end
end
`,
  'lib/acme/base.rb': `module Acme; class Base; end; end`,
  'lib/shared.rb': `module Shared; module Loud; def shout; end; end; end`,
};

describe('facts and links of Ruby', () => {
  it('finds required files by the load path', async () => {
    const { imports } = await linksOf(files, 'ruby', 'lib/acme/runner.rb');
    expect(imports.slice(0, 3).map(({ path, packageName }) => path ?? packageName)).toEqual([
      'json',
      'lib/acme/store.rb',
      'lib/shared.rb',
    ]);
  });

  it('finds constants by the modules around them and methods of known receivers, never as proven', async () => {
    const { references } = await linksOf(files, 'ruby', 'lib/acme/runner.rb');
    const found = references.map(({ line, key, path }) => `${line} ${path.split('/').at(-1) ?? ''} ${key}`);
    expect(found).toEqual(
      expect.arrayContaining([
        '6 base.rb Acme.Base',
        '7 shared.rb Shared.Loud',
        '11 store.rb Acme.Store',
        '15 store.rb Acme.Store.save',
        '17 store.rb Acme.Store.save',
        '18 runner.rb Acme.Runner.go',
        '19 runner.rb Acme.Runner.go',
        '20 runner.rb Acme.Runner.name',
        '21 shared.rb Shared.Loud.shout',
        '22 runner.rb Acme.Runner.build',
        '23 store.rb Acme.Store.open',
        '23 runner.rb Acme.Runner.LIMIT',
      ]),
    );
    expect(found.some((each) => each.startsWith('24'))).toBe(false);
    expect(new Set(references.map(({ origin }) => origin))).toEqual(new Set(['open-definition']));
  });

  it('reads what it can of a broken file and of hostile names', async () => {
    const text = 'class Proto\n def __proto__; constructor; end\n def constructor; end\nend\nclass Open <';
    const facts = await factsOfText({ text, dialect: 'ruby' });
    expect(facts?.symbols.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['__proto__', 'constructor']),
    );
    expect(facts?.isPartial).toBe(true);
  });

  it('stays bounded with deep nesting and 100,000 methods', async () => {
    const deep = `def f\n ${'['.repeat(3000)}1${']'.repeat(3000)}\nend`;
    expect((await factsOfText({ text: deep, dialect: 'ruby' }))?.symbols).toHaveLength(1);
    const facts = await factsOfText({
      text: 'def f;end\n'.repeat(100_000),
      dialect: 'ruby',
      parseMs: 60_000,
    });
    expect(facts?.isPartial).toBe(true);
  }, 60_000);
});
