import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-step.ts';

// Lists every installed package with its version and licence, as CycloneDX JSON on standard output, and fails where a
// licence is not one of those below. `node scripts/bill-of-materials.ts > sbom.json`; `--check` prints counts alone.

/** Licences under which a package may be used and passed on with the product. */
const allowed = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'CC-BY-3.0',
  'CC-BY-4.0',
  'EPL-2.0',
  'MPL-2.0',
  'OFL-1.1',
  'Python-2.0',
  'PostgreSQL',
  'Unlicense',
  'Zlib',
]);

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

const components = new Map<string, Component>();
const store = join(root, 'node_modules/.pnpm');
for (const entry of readdirSync(store)) {
  const modules = join(store, entry, 'node_modules');
  if (!existsSync(modules)) continue;
  for (const name of readdirSync(modules)) {
    const names = name.startsWith('@')
      ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`)
      : [name];
    for (const each of names) add(join(modules, each));
  }
}

function add(folder: string): void {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return;
  const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const { name, version, license, licenses } = read as Record<string, unknown>;
  if (typeof name !== 'string' || typeof version !== 'string' || name.startsWith('@project-sync/')) return;
  components.set(`${name}@${version}`, {
    name,
    version,
    licence: licenceOf(license ?? licenses) ?? licenceIn(folder),
  });
}

/** The licence in any of the forms that packages write it. */
function licenceOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(licenceOf).join(' OR ');
  const type: unknown = value instanceof Object ? Reflect.get(value, 'type') : null;
  return typeof type === 'string' ? type : null;
}

/** The licence of a package that names it in a file alone. */
function licenceIn(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8');
  return /permission is hereby granted, free of charge/i.test(text) ? 'MIT' : 'none';
}

/** Of a choice one licence is enough; of a combination all count. */
function isAllowed(licence: string): boolean {
  const plain = licence.replace(/[()]/g, '');
  return plain
    .split(/ OR /i)
    .some((choice) => choice.split(/ AND /i).every((each) => allowed.has(each.trim())));
}

const sorted = [...components.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
const refused = sorted.filter(({ licence }) => !isAllowed(licence));
if (process.argv.includes('--check'))
  console.log(`${sorted.length} packages, ${refused.length} with a licence to look at`);
else
  console.log(
    JSON.stringify(
      {
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        version: 1,
        components: sorted.map(({ name, version, licence }) => ({
          type: 'library',
          name,
          version,
          purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
          licenses: [{ expression: licence }],
        })),
      },
      null,
      2,
    ),
  );
for (const { name, version, licence } of refused) console.error(`${name}@${version}: ${licence}`);
process.exitCode = refused.length === 0 ? 0 : 1;
