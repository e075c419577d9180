import { editScript, type Edit } from './edit-script.ts';

/** The names of the two sides, as the head of a patch shows them; null where a side has no file. */
export interface PatchNames {
  readonly before: string | null;
  readonly after: string | null;
}

/** The lines that differ between two texts. */
export interface LineChanges {
  readonly additions: number;
  readonly deletions: number;
  /** The change as a unified diff with this number of lines around each hunk; empty where no line differs. */
  patch(names: PatchNames, context: number): string;
}

/** A longer patch ends after a whole hunk, and its last line says so. */
const LONGEST_PATCH = 200_000;
const NO_LINE_END = '\\ No newline at end of file';

/** Compares two texts line by line. A text without a line break at its end differs from one with it, as in Git. */
export function lineChanges(before: string, after: string): LineChanges {
  const edits = editScript(linesOf(before), linesOf(after));
  const count = (kind: Edit['kind']) => edits.reduce((sum, edit) => sum + (edit.kind === kind ? 1 : 0), 0);
  return {
    additions: count('added'),
    deletions: count('removed'),
    patch: (names, context) => patchOf(edits, names, context),
  };
}

/** Each line with its break, so that a missing one at the end is a difference. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function patchOf(edits: readonly Edit[], { before, after }: PatchNames, context: number): string {
  const hunks = hunksOf(edits, context);
  if (hunks.length === 0) return '';
  let text = `--- ${before === null ? '/dev/null' : `a/${before}`}\n+++ ${after === null ? '/dev/null' : `b/${after}`}\n`;
  for (const [index, hunk] of hunks.entries()) {
    const next = text + hunkText(edits, hunk);
    if (next.length > LONGEST_PATCH) {
      // A single hunk may be longer than the limit: its first lines are better than none.
      if (index === 0)
        return `${next.slice(0, LONGEST_PATCH).replace(/[^\n]*$/, '')}\\ the rest is left out\n`;
      return `${text}\\ ${hunks.length - index} more hunks are left out\n`;
    }
    text = next;
  }
  return text;
}

interface Hunk {
  readonly start: number;
  end: number;
  /** The lines of each side before the hunk. */
  readonly older: number;
  readonly newer: number;
}

/** Changes with at most twice the context between them share a hunk. */
function hunksOf(edits: readonly Edit[], context: number): Hunk[] {
  const hunks: Hunk[] = [];
  let older = 0;
  let newer = 0;
  for (const [index, { kind }] of edits.entries()) {
    if (kind !== 'kept') {
      const last = hunks.at(-1);
      const end = Math.min(index + 1 + context, edits.length);
      if (last !== undefined && index - context <= last.end) last.end = end;
      else {
        const start = Math.max(index - context, 0);
        hunks.push({ start, end, older: older - (index - start), newer: newer - (index - start) });
      }
    }
    if (kind !== 'added') older += 1;
    if (kind !== 'removed') newer += 1;
  }
  return hunks;
}

function hunkText(edits: readonly Edit[], { start, end, older, newer }: Hunk): string {
  const lines = edits.slice(start, end);
  const oldLines = lines.filter(({ kind }) => kind !== 'added').length;
  const newLines = lines.filter(({ kind }) => kind !== 'removed').length;
  const range = (before: number, count: number) =>
    `${count === 0 ? before : before + 1}${count === 1 ? '' : `,${count}`}`;
  const marks = { kept: ' ', removed: '-', added: '+' } as const;
  const body = lines.map(({ kind, line }) =>
    line.endsWith('\n') ? `${marks[kind]}${line}` : `${marks[kind]}${line}\n${NO_LINE_END}\n`,
  );
  return `@@ -${range(older, oldLines)} +${range(newer, newLines)} @@\n${body.join('')}`;
}
