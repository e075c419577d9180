import { describe, expect, it } from 'vitest';
import { linksOf } from '../../testing/links-of.ts';
import { factsOfText } from '../facts-of-text.ts';

const files = {
  'composer.json': JSON.stringify({
    autoload: { 'psr-4': { 'App\\': 'src/' } },
    'autoload-dev': { 'psr-4': { 'App\\Tests\\': ['tests/'] } },
  }),
  'src/Http/Controller.php': `<?php
namespace App\\Http;
use App\\Models\\{User, Post as P};
use Psr\\Log\\LoggerInterface;
use function App\\helper;
class Controller extends Base
{
    private ?User $user = null;
    public function __construct(private LoggerInterface $log) {}
    public function run(P $post): ?User
    {
        $made = new User();
        $made->save();
        $this->user->name;
        self::LIMIT;
        P::find(1)->title;
        helper();
        near();
        return $this->shared();
    }
}
`,
  'src/Http/Base.php': `<?php
namespace App\\Http;
abstract class Base { const LIMIT = 1; protected function shared() {} }
`,
  'src/Models/User.php': `<?php
namespace App\\Models;
class User { public string $name; public function save(): void {} }
`,
  'src/Models/Post.php': `<?php
namespace App\\Models;
class Post { public $title; public static function find(int $id): self {} }
`,
  'src/functions.php': `<?php
namespace App;
function helper() {}
`,
  'src/Http/near.php': `<?php
namespace App\\Http;
function near() {}
`,
};

describe('facts and links of PHP', () => {
  it('finds classes by the rules of the manifest and functions by their namespace', async () => {
    const { imports } = await linksOf(files, 'php', 'src/Http/Controller.php');
    expect(imports.map(({ path, packageName }) => path ?? packageName)).toEqual([
      'src/Models/User.php',
      'src/Models/Post.php',
      'Psr\\Log',
      'src/functions.php',
      'src/Http/Base.php',
    ]);
  });

  it('follows constructors, stated types, parents and static calls', async () => {
    const { references } = await linksOf(files, 'php', 'src/Http/Controller.php');
    const found = references.map(({ line, key, path }) => `${line} ${path.split('/').at(-1) ?? ''} ${key}`);
    expect(found).toEqual(
      expect.arrayContaining([
        '6 Base.php Base',
        '12 User.php User',
        '13 User.php User.save',
        '14 User.php User.name',
        '14 Controller.php Controller.user',
        '15 Base.php Base.LIMIT',
        '16 Post.php Post.find',
        '16 Post.php Post.title',
        '17 functions.php helper',
        '18 near.php near',
        '19 Base.php Base.shared',
      ]),
    );
  });

  it('reads what it can of a broken file and of hostile names', async () => {
    const text = '<?php\nclass __proto__ { function constructor() { $this->constructor(); } }\nfunction f( {';
    const facts = await factsOfText({ text, dialect: 'php' });
    expect(facts?.symbols.map(({ qualifiedName }) => qualifiedName)).toContain('__proto__.constructor');
    expect(facts?.references).toContainEqual(
      expect.objectContaining({ kind: 'CALL', binding: { to: 'SYMBOL', symbol: 1 } }),
    );
    expect(facts?.isPartial).toBe(true);
  });

  it('stays bounded with deep nesting and 100,000 functions', async () => {
    const deep = `<?php function f() { return ${'('.repeat(3000)}$a${')'.repeat(3000)}; }`;
    expect((await factsOfText({ text: deep, dialect: 'php' }))?.symbols).toHaveLength(1);
    const text = `<?php ${'function f(){}'.repeat(100_000)}`;
    const facts = await factsOfText({ text, dialect: 'php', parseMs: 60_000 });
    expect(facts?.isPartial).toBe(true);
    expect(facts?.symbols.length).toBeLessThanOrEqual(20_000);
  }, 60_000);
});
