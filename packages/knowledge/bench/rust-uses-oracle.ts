import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveFolder } from './check-imports.ts';
import { ReferenceGrades, type Place } from './reference-grades.ts';

// Compares references of a crate with the definitions that rustdoc links the names of its sources to:
//   node packages/knowledge/bench/rust-uses-oracle.ts --root FOLDER [--crate src/lib.rs] [--edition 2021]
//     [--cfg 'feature="std"']… [--needs NAME=FILE.rs]… [--show ORIGIN|missed|silent|wrong]
const { values } = parseArgs({
  options: {
    root: { type: 'string', default: '.' },
    crate: { type: 'string', default: 'src/lib.rs' },
    edition: { type: 'string', default: '2021' },
    cfg: { type: 'string', multiple: true, default: [] },
    needs: { type: 'string', multiple: true, default: [] },
    show: { type: 'string' },
  },
});
const { root } = values;
const folder = mkdtempSync(join(tmpdir(), 'rust-uses-'));
document(folder);
const resolved = await resolveFolder(root, '**/*.rs', 'rust');
// It links no uses of fields.
const grades = new ReferenceGrades(resolved, values.show, (kind) => kind !== 'FIELD');
const home = dirname(values.crate);
const pages = join(folder, 'src/own');
for (const page of globSync('**/*.rs.html', { cwd: pages }).sort()) {
  const file = join(home, page.slice(0, -'.html'.length));
  grades.add(file, expectedOf(file, readFileSync(join(pages, page), 'utf8')));
}
rmSync(folder, { recursive: true });
grades.print();

/** Lets rustdoc write its pages of the sources, with links that its type checker knows. */
function document(to: string): void {
  const env = { ...process.env, RUSTC_BOOTSTRAP: '1' };
  const options = [
    '--edition',
    values.edition,
    '--cap-lints',
    'allow',
    ...values.cfg.flatMap((each) => ['--cfg', each]),
  ];
  const needs = values.needs.flatMap((each) => {
    const [name = '', path = ''] = each.split('=', 2);
    const built = ['--crate-name', name, '--crate-type', 'rlib', '--emit', 'metadata', '--out-dir', to];
    execFileSync('rustc', [path, ...built, ...options], { cwd: root, env, stdio: 'ignore' });
    return ['--extern', `${name}=${join(to, `lib${name}.rmeta`)}`];
  });
  const own = ['--crate-type', 'lib', '--crate-name', 'own', '-L', to, '-o', to, ...options, ...needs];
  const links = ['-Zunstable-options', '--generate-link-to-definition', '--document-private-items'];
  execFileSync('rustdoc', [values.crate, ...own, ...links], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The links of one page, by line and name. */
function expectedOf(file: string, page: string): Map<string, Place[]> {
  const expected = new Map<string, Place[]>();
  const code = page.slice(page.indexOf('<code>'));
  let line = 0;
  for (const [, number, target, label = ''] of code.matchAll(
    /<a href=#?"?#?(\d+)"? id=|<a (?:class="[^"]*" )?href="([^"]+)"[^>]*>((?:[^<]|<(?!\/a>))*)<\/a>/g,
  )) {
    if (number !== undefined) line = Number(number);
    const place = target === undefined ? null : placeOf(file, target);
    if (place === null) continue;
    const name =
      label
        .replace(/<[^>]*>/g, '')
        .replace(/!$/, '')
        .split('::')
        .at(-1) ?? '';
    const id = `${line} ${name}`;
    if (place.path !== file || line < place.from || line > place.to)
      expected.set(id, [...(expected.get(id) ?? []), place]);
  }
  return expected;
}

/** `#12-20`, or `../part.rs.html#12`. */
function placeOf(file: string, target: string): Place | null {
  const found = /^(?:([^#:]+\.rs)\.html)?#(\d+)(?:-(\d+))?$/.exec(target);
  if (found === null) return null;
  const [, page, from, to = from] = found;
  const path = page === undefined ? file : join(dirname(file), page);
  return { path, from: Number(from), to: Number(to) };
}
