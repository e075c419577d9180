/** A result of a cell: its text, or a picture by its own bytes. */
export interface NotebookOutput {
  text: string;
  /** A `data:` address; null for a text. */
  image: string | null;
  isError: boolean;
}

/** A cell of a notebook, in the order in which it is read. */
export interface NotebookCell {
  kind: 'markdown' | 'code';
  text: string;
  /** The number in the order of execution; null if the cell was never run, or is no code. */
  run: number | null;
  outputs: NotebookOutput[];
}

/** A Jupyter notebook, as much of it as a reader sees. */
export interface Notebook {
  language: string;
  cells: NotebookCell[];
}

const IMAGES = ['image/png', 'image/jpeg', 'image/gif'];
// Terminal colours in a traceback.
const COLOURS = /\u001b\[[0-9;]*m/g;

/** Reads a notebook of format 4; null if the text is something else, which is then shown as its source. */
export function parseNotebook(text: string): Notebook | null {
  const parsed = parsedJson(text);
  const cells = listOf(field(parsed, 'cells'));
  if (cells === null) return null;
  const metadata = field(parsed, 'metadata');
  const named =
    field(field(metadata, 'language_info'), 'name') ?? field(field(metadata, 'kernelspec'), 'language');
  return { language: typeof named === 'string' ? named : 'python', cells: cells.map(cellOf) };
}

function cellOf(cell: unknown): NotebookCell {
  const run = field(cell, 'execution_count');
  const isCode = field(cell, 'cell_type') === 'code';
  return {
    kind: isCode || field(cell, 'cell_type') === 'raw' ? 'code' : 'markdown',
    text: joined(field(cell, 'source')),
    run: isCode && typeof run === 'number' ? run : null,
    outputs: (listOf(field(cell, 'outputs')) ?? []).flatMap(outputOf),
  };
}

function outputOf(output: unknown): NotebookOutput[] {
  const kind = field(output, 'output_type');
  if (kind === 'stream') return [textOutput(joined(field(output, 'text')))];
  if (kind === 'error') {
    const trace = (listOf(field(output, 'traceback')) ?? []).map(String).join('\n').replace(COLOURS, '');
    return [{ text: trace, image: null, isError: true }];
  }
  const data = field(output, 'data');
  const type = IMAGES.find((one) => typeof field(data, one) !== 'undefined');
  if (type === undefined) return [textOutput(joined(field(data, 'text/plain')))];
  const bytes = joined(field(data, type)).replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+=*$/.test(bytes)) return [];
  return [{ text: joined(field(data, 'text/plain')), image: `data:${type};base64,${bytes}`, isError: false }];
}

function textOutput(text: string): NotebookOutput {
  return { text: text.replace(COLOURS, ''), image: null, isError: false };
}

/** Notebooks keep a text as a list of its lines. */
function joined(value: unknown): string {
  return typeof value === 'string' ? value : (listOf(value) ?? []).map(String).join('');
}

function listOf(value: unknown): unknown[] | null {
  return Array.isArray(value) ? value : null;
}

function field(value: unknown, name: string): unknown {
  return value instanceof Object ? Reflect.get(value, name) : undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
