import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveFolder } from './check-imports.ts';
import { crateOptions, documentCrate } from './document-crate.ts';
import { ReferenceGrades, type Place } from './reference-grades.ts';

// Compares references of a crate with the definitions that rustdoc links the names of its sources to:
//   node packages/knowledge/bench/rust-uses-oracle.ts --root FOLDER [--crate src/lib.rs] [--edition 2021]
//     [--cfg 'feature="std"']… [--needs NAME=FILE.rs]… [--show ORIGIN|missed|silent|wrong]
const { values } = parseArgs({
  options: {
    ...crateOptions,
    show: { type: 'string' },
  },
});
const { root } = values;
const folder = mkdtempSync(join(tmpdir(), 'rust-uses-'));
// Its pages of the sources have links that its type checker knows.
documentCrate(values, folder, ['--generate-link-to-definition']);
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
