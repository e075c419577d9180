import { folderOf, foldersUp, inFolder } from '../../../resolve/paths.ts';
import type { DeclaredPackage, DigestPackage, FileDigest } from '../../file-digest.ts';
import type { FoundPattern } from '../../found-pattern.ts';
import { distribution } from '../../manifests/python-packages.ts';
import { pythonStandard } from '../../manifests/python-standard.ts';
import { nameHash, unpackNames } from '../../name-hash.ts';
import { MissingPackages, unusedPackage } from './dependency-patterns.ts';
import { filesByManifest, manifestsOf, ofTools, type Files, type PlacedManifest } from './manifests.ts';

/** Distributions whose modules have another name. Of those that are not here, a module is never said to be undeclared by its name alone. */
const distributions: Readonly<Record<string, string>> = {
  attr: 'attrs',
  bs4: 'beautifulsoup4',
  cv2: 'opencv-python',
  Crypto: 'pycryptodome',
  dateutil: 'python-dateutil',
  docx: 'python-docx',
  dotenv: 'python-dotenv',
  fitz: 'pymupdf',
  git: 'gitpython',
  github: 'pygithub',
  jose: 'python-jose',
  jwt: 'pyjwt',
  magic: 'python-magic',
  MySQLdb: 'mysqlclient',
  OpenSSL: 'pyopenssl',
  PIL: 'pillow',
  pkg_resources: 'setuptools',
  psycopg2: 'psycopg2-binary',
  serial: 'pyserial',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  slugify: 'python-slugify',
  socks: 'pysocks',
  usb: 'pyusb',
  yaml: 'pyyaml',
  zmq: 'pyzmq',
};

/** Whether a distribution may bring a module: by its name, by a part of it, or by the list of those that are named otherwise. */
function mayBring(declared: string, module: string): boolean {
  const [own, wanted] = [distribution(declared), distribution(module)];
  if (own.includes(wanted) || wanted.includes(own)) return true;
  return Object.hasOwn(distributions, module) && distributions[module] === own;
}

const isLoaded = ({ name, isType }: DigestPackage): boolean =>
  isType !== true && name !== '' && !name.startsWith('_') && !pythonStandard.has(name);

/** Other ways to declare what is needed, which are not read. */
const otherManifests = [
  'setup.py',
  'setup.cfg',
  'Pipfile',
  'environment.yml',
  'environment.yaml',
  'meta.yaml',
];

/** The manifests that declare for a file, where they say everything. */
function declaring(
  files: Files,
  folder: string,
  placed: ReadonlyMap<string, readonly PlacedManifest[]>,
): readonly PlacedManifest[] {
  for (const around of foldersUp(folder)) {
    const project = inFolder(around, 'pyproject.toml');
    const found = placed.get(around) ?? [];
    const isOther = otherManifests.some((name) => files.has(inFolder(around, name)));
    if (found.length === 0 && !isOther) continue;
    const isOpen = found.some(({ manifest }) => manifest.packages.some(({ group }) => group === 'dynamic'));
    if (isOther || isOpen) return [];
    const named = found.toSorted((a, b) => Number(b.path === project) - Number(a.path === project));
    // A list of tools' settings alone says nothing of what the code needs.
    return named.some(({ manifest }) => manifest.packages.some(({ group }) => isOfProgram(group)))
      ? named
      : [];
  }
  return [];
}

const isOfProgram = (group: string): boolean => group === 'dependencies' || group === 'requirements';

/** Modules that source files load on every start and that no distribution which is declared around them may bring. */
export function undeclaredFromPython(files: Files): FoundPattern[] {
  const missing = new MissingPackages();
  const placed = Map.groupBy(manifestsOf(files, 'python'), ({ path }) => folderOf(path));
  if (placed.size === 0) return [];
  const own = ownNames(files);
  const around = new Map<string, readonly PlacedManifest[]>();
  for (const [path, { role, dialect, packages = [] }] of files) {
    if (role !== 'source' || dialect !== 'python' || ofTools.test(path)) continue;
    const loaded = packages.filter(
      (each) => isLoaded(each) && each.isConditional !== true && !own.has(each.name),
    );
    if (loaded.length === 0) continue;
    const folder = folderOf(path);
    const manifests = around.get(folder) ?? declaring(files, folder, placed);
    around.set(folder, manifests);
    const [nearest] = manifests;
    if (nearest === undefined || !isOfProgramAt(files, folder, folderOf(nearest.path))) continue;
    for (const { name, line } of loaded)
      if (!manifests.some(({ manifest }) => brings(manifest, name)))
        missing.add({ name, manifest: nearest.path }, { path, startLine: line, endLine: line });
  }
  return missing.patterns();
}

/** Whether a folder holds the program that a manifest declares for: a package, or the files beside the manifest. */
const isOfProgramAt = (files: Files, folder: string, home: string): boolean =>
  folder === home ||
  folder === inFolder(home, 'src') ||
  folder.startsWith(inFolder(home, 'src/')) ||
  files.has(inFolder(folder, '__init__.py'));

const brings = ({ name, packages }: PlacedManifest['manifest'], module: string): boolean =>
  (name !== null && mayBring(name, module)) || packages.some((each) => mayBring(each.name, module));

/** Every name of a folder or file, for a build may put any of them where imports find it. */
function ownNames(files: Files): Set<string> {
  const names = new Set<string>();
  for (const path of files.keys()) for (const part of path.split('/')) names.add(part.replace(/\..*$/, ''));
  return names;
}

/** Distributions that serve by being there: drivers, servers, plugins, data, and what older versions of Python need. */
const neededUnseen =
  /^(?:python|pip|setuptools|wheel|cython|tzdata|certifi|colorama|typing-extensions|exceptiongroup|importlib-.*|backports.*|types-.*|gunicorn|uvicorn|hypercorn|uvloop|httptools|psycopg.*|mysqlclient|pymysql|asyncpg|aiosqlite|hiredis|lxml|html5lib|chardet|charset-normalizer|brotli.*|orjson|ujson|(?:pytest|sphinx|mkdocs|flake8|django|wagtail|jupyter|flask|nbconvert|opentelemetry)-.*|.*-(?:plugin|theme|stubs|extensions?|binary|cli)|.*plugin.*)$/;

/** Dependencies of a `pyproject.toml` that no module which is imported can come from, and that no other file names. */
export function unusedFromPython(files: Files): FoundPattern[] {
  const manifests = [...manifestsOf(files, 'python')];
  if (manifests.length === 0) return [];
  const owned = filesByManifest(files, 'pyproject.toml');
  const own = ownNames(files);
  return manifests.flatMap(({ path, manifest }) => {
    const candidates = manifest.packages.filter(
      ({ name, group, version }) =>
        group === 'dependencies' &&
        !/[;[]|extras|markers/.test(version) &&
        !neededUnseen.test(distribution(name)),
    );
    if (candidates.length === 0) return [];
    const unused = unusedOf(owned.get(path) ?? [], { declared: manifest.packages, candidates, own });
    return unused.map((each) => unusedPackage(path, each));
  });
}

function unusedOf(
  files: readonly (readonly [path: string, file: FileDigest])[],
  {
    declared,
    candidates,
    own,
  }: {
    readonly declared: readonly DeclaredPackage[];
    readonly candidates: readonly DeclaredPackage[];
    readonly own: ReadonlySet<string>;
  },
): DeclaredPackage[] {
  const imported = new Set<string>();
  const named = new Set<number>();
  for (const [path, file] of files) {
    if (file.dialect === 'python') for (const each of file.packages ?? []) imported.add(each.name);
    if (isNaming(path, file)) for (const hash of unpackNames(file.names ?? '')) named.add(hash);
  }
  const modules = [...imported].filter((name) => name !== '' && !pythonStandard.has(name));
  // A module of unknown origin may come from any of them.
  const isKnown = modules.every(
    (module) => own.has(module) || declared.some(({ name }) => mayBring(name, module)),
  );
  if (imported.size === 0 || !isKnown) return [];
  return candidates.filter(
    ({ name }) =>
      !modules.some((module) => mayBring(name, module)) &&
      ![name, name.replaceAll('-', '_'), name.toLowerCase()].some((each) => named.has(nameHash(each))),
  );
}

/** Files whose words may be uses: all but those that declare. */
const isNaming = (path: string, { manifest }: FileDigest): boolean =>
  manifest === undefined &&
  !/(?:^|\/)(?:requirements[^/]*|constraints[^/]*|setup\.(?:py|cfg)|[^/]*\.lock)$/.test(path);
