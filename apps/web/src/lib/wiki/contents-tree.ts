/** A line of the table of contents, as the API returns it. */
export interface ContentsEntry {
  documentId: string;
  path: string | null;
  title: string;
  kind: 'GENERATED' | 'REPOSITORY' | 'WRITTEN';
  authority: 'MANDATORY' | 'GUIDELINE' | 'INFORMATIONAL';
}

/** A folder of the code with its pages: the description of the module, and the reference of what it exports. */
export interface ModuleBranch {
  /** The part of the path that this line stands for, several folders where nothing branches off between them. */
  name: string;
  folder: string;
  module: ContentsEntry | null;
  reference: ContentsEntry | null;
  children: ModuleBranch[];
}

/** The documents of a snapshot, ordered for a reader. */
export interface Contents {
  /** Pages about all of the code: where to start. */
  general: ContentsEntry[];
  modules: ModuleBranch[];
  /** Files of the repository and texts of people, the most binding first. */
  repository: ContentsEntry[];
  written: ContentsEntry[];
}

const GENERAL = ['overview', 'architecture', 'conventions'];
const BINDING = ['MANDATORY', 'GUIDELINE', 'INFORMATIONAL'];

/** Orders the documents: general pages, modules as a tree of folders, files that rule, texts of people. */
export function contentsTree(entries: readonly ContentsEntry[]): Contents {
  const generated = entries.filter(({ kind }) => kind === 'GENERATED');
  const general = generated.filter(({ path }) => path !== null && !path.includes('/'));
  const root = emptyBranch('', '');
  for (const entry of generated) {
    const [, kind, folder] = /^(modules|api)\/(.+)$/s.exec(entry.path ?? '') ?? [];
    if (folder === undefined) continue;
    const at = branchAt(root, folder.split('/'));
    if (kind === 'modules') at.module = entry;
    else at.reference = entry;
  }
  return {
    general: general.toSorted((a, b) => rank(a) - rank(b) || order(a.path ?? '', b.path ?? '')),
    modules: root.children.map(joined).toSorted((a, b) => order(a.name, b.name)),
    repository: entries.filter(({ kind }) => kind === 'REPOSITORY').toSorted(byBinding),
    written: entries.filter(({ kind }) => kind === 'WRITTEN').toSorted(byBinding),
  };
}

function rank({ path }: ContentsEntry): number {
  const known = GENERAL.indexOf(path ?? '');
  return known === -1 ? GENERAL.length : known;
}

function byBinding(a: ContentsEntry, b: ContentsEntry): number {
  return BINDING.indexOf(a.authority) - BINDING.indexOf(b.authority) || order(a.title, b.title);
}

function emptyBranch(name: string, folder: string): ModuleBranch {
  return { name, folder, module: null, reference: null, children: [] };
}

function branchAt(root: ModuleBranch, parts: readonly string[]): ModuleBranch {
  let at = root;
  for (const name of parts) {
    const known = at.children.find((child) => child.name === name);
    const child = known ?? emptyBranch(name, at.folder === '' ? name : `${at.folder}/${name}`);
    if (known === undefined) at.children.push(child);
    at = child;
  }
  return at;
}

/** Folders without a page and with one child are one line with it: `apps/web/src`. */
function joined(branch: ModuleBranch): ModuleBranch {
  const [only, ...others] = branch.children;
  if (only !== undefined && others.length === 0 && branch.module === null && branch.reference === null)
    return joined({ ...only, name: `${branch.name}/${only.name}` });
  return { ...branch, children: branch.children.map(joined).toSorted((a, b) => order(a.name, b.name)) };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
