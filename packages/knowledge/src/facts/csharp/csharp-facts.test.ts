import { describe, expect, it } from 'vitest';
import { linksOf } from '../../testing/links-of.ts';
import { factsOfText } from '../facts-of-text.ts';

const files = {
  'src/Runner.cs': `using System;
using Acme.Core;
using static Acme.Core.Helpers;
using Alias = Acme.Core.Thing;
namespace Acme.App;
/// <summary>Runs things.</summary>
public partial class Runner : Base, IRun
{
    private readonly Store _store = new Store();
    public Store Main { get; set; }
    public async Task<Store> Run(Alias thing)
    {
        var made = new Store();
        made.Save();
        this._store.Save();
        _store.Save();
        (await Run(thing)).Save();
        thing.Go();
        Inherited();
        OtherPart();
        Static();
        Color c = Color.Red;
        return Main;
    }
}
public enum Color { Red, Green }
`,
  'src/RunnerPart.cs': `namespace Acme.App { public partial class Runner { private void OtherPart() {} } }`,
  'src/Base.cs': `namespace Acme { public class Base { protected void Inherited() {} } public interface IRun {} }`,
  'core/Store.cs': `namespace Acme.Core { public class Store { public void Save() {} } }`,
  'core/Thing.cs': `namespace Acme.Core; public struct Thing { public void Go() {} }`,
  'core/Helpers.cs': `namespace Acme.Core; public static class Helpers { public static void Static() {} }`,
};

describe('facts and links of C#', () => {
  it('finds types by their namespaces and members by stated types', async () => {
    const { references } = await linksOf(files, 'csharp', 'src/Runner.cs');
    const found = references.map(({ line, key, path }) => `${line} ${path.split('/').at(-1) ?? ''} ${key}`);
    expect(found).toEqual(
      expect.arrayContaining([
        '7 Base.cs Base',
        '7 Base.cs IRun',
        '9 Store.cs Store',
        '14 Store.cs Store.Save',
        '15 Store.cs Store.Save',
        '16 Store.cs Store.Save',
        '17 Store.cs Store.Save',
        '17 Runner.cs Runner.Run',
        '18 Thing.cs Thing.Go',
        '19 Base.cs Base.Inherited',
        '20 RunnerPart.cs Runner.OtherPart',
        '22 Runner.cs Color',
        '22 Runner.cs Color.Red',
      ]),
    );
  });

  it('says what a file imports', async () => {
    const { imports } = await linksOf(files, 'csharp', 'src/Runner.cs');
    expect(imports.map(({ path, packageName }) => path ?? packageName)).toEqual(
      expect.arrayContaining(['System', 'core/Store.cs', 'core/Helpers.cs', 'core/Thing.cs']),
    );
  });

  it('reads what it can of a broken file and of hostile names', async () => {
    const text = 'class __proto__ { void constructor() { constructor(); } }\nclass Open { void F( {';
    const facts = await factsOfText({ text, dialect: 'csharp' });
    expect(facts?.symbols.map(({ qualifiedName }) => qualifiedName)).toContain('__proto__.constructor');
    expect(facts?.isPartial).toBe(true);
  });

  it('stays bounded with deep nesting and 100,000 methods', async () => {
    const deep = `class C { int F() { return ${'('.repeat(3000)}1${')'.repeat(3000)}; } }`;
    expect((await factsOfText({ text: deep, dialect: 'csharp' }))?.symbols).toHaveLength(2);
    const text = `class C { ${'void f(){}'.repeat(100_000)} }`;
    const facts = await factsOfText({ text, dialect: 'csharp', parseMs: 60_000 });
    expect(facts?.isPartial).toBe(true);
  }, 60_000);
});
