/** The parts of a `go.mod` or `go.work` that resolution reads. */
export interface GoManifest {
  /** The path of the module; null in a workspace file. */
  readonly module: string | null;
  /** Folders of a workspace. */
  readonly uses: readonly string[];
  /** Modules that stand in a folder of the same repository. */
  readonly replaced: readonly { readonly module: string; readonly folder: string }[];
  /** Modules that are required, with their versions left out. */
  readonly required: readonly string[];
}

/** A manifest longer than any that is written or generated is read up to here. */
const MOST_LINES = 50_000;

export function parseGoManifest(text: string): GoManifest {
  const uses: string[] = [];
  const replaced: { module: string; folder: string }[] = [];
  const required: string[] = [];
  let module: string | null = null;
  let block = '';
  for (const line of text.split('\n', MOST_LINES)) {
    const words = wordsOf(line);
    if (words[0] === ')') block = '';
    else if (words[1] === '(') block = words[0] ?? '';
    const [verb, first, ...rest] = block === '' ? words : words[1] === '(' ? [] : [block, ...words];
    if (verb === undefined || first === undefined) continue;
    if (verb === 'module') module = first;
    else if (verb === 'use') uses.push(first);
    else if (verb === 'require') required.push(first);
    else if (verb === 'replace') {
      const folder = rest[rest.indexOf('=>') + 1];
      if (folder !== undefined && /^\.{1,2}(\/|$)/.test(folder)) replaced.push({ module: first, folder });
    }
  }
  return { module, uses, replaced, required };
}

function wordsOf(line: string): string[] {
  return line
    .replace(/\/\/.*$/, '')
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.replace(/^["`](.*)["`]$/, '$1'));
}
