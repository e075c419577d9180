import { nameKey, pathKind, redact, type Surrounding } from '@project-sync/knowledge';
import { parsePath, pathToBytes } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { referencesTo, type CodeReference } from '../reads/code/code-links.ts';
import { symbolAt } from '../reads/code/code-symbols.ts';
import type { SnapshotKey } from '../reads/snapshot-file.ts';
import type { TenantReads } from '../reads/tenant-reads.ts';

/** A passage of code in a file of a snapshot. */
interface PlacedCode {
  readonly fileId: bigint;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** How many of each are shown beside one passage. */
const MOST = { types: 3, callers: 3, tests: 2 };
/** Uses that are looked at to find callers and tests among them. */
const USES = 24;
/** The lines below its first within which the types of a signature stand. */
const SIGNATURE_LINES = 12;
const DEFINES: readonly string[] = ['FUNCTION', 'METHOD', 'CLASS', 'INTERFACE', 'TYPE', 'ENUM', 'CONSTANT'];

/** The definitions that begin in a passage or hold it: $2 files, $3 and $4 lines, $5 kinds */
const definitions = `
  SELECT a.place, s.key, s.name, s.line, s.start_line AS "startLine", s.end_line AS "endLine"
    FROM unnest($2::int8[], $3::int4[], $4::int4[]) WITH ORDINALITY AS a (file_id, first, last, place)
    JOIN repository_file f ON f.project_id = $1 AND f.id = a.file_id
    JOIN code_symbol s ON s.project_id = f.project_id AND s.oid = f.oid AND s.dialect = f.dialect AND s.kind = ANY ($5::text[])
     AND (s.line BETWEEN a.first AND a.last OR (s.start_line <= a.first AND s.end_line >= a.last))
   ORDER BY a.place, s.ordinal`;

/** Where the types in the first lines of a definition are declared: $4 paths in hexadecimal, $5 and $6 lines */
const typeLinks = `
  SELECT DISTINCT a.place, r.link ->> 'path' AS path, r.link ->> 'key' AS key
    FROM unnest($4::text[], $5::int4[], $6::int4[]) WITH ORDINALITY AS a (hex, first, last, place)
    JOIN file_link f ON f.project_id = $1 AND f.branch_id = $2 AND sha256(f.path) = sha256(decode(a.hex, 'hex'))
     AND f.added <= $3 AND (f.superseded IS NULL OR f.superseded > $3)
    JOIN link_set l ON l.project_id = f.project_id AND l.id = f.link_set_id
   CROSS JOIN LATERAL jsonb_array_elements(l."references") AS r (link)
   WHERE r.link ->> 'kind' = 'TYPE' AND (r.link ->> 'line')::int4 BETWEEN a.first AND a.last
   ORDER BY a.place, path, key`;

/** The passages that hold some lines, whose text has its secrets masked already: $4 paths in hexadecimal, $5 lines */
const linesOf = `
  SELECT a.place, m.start_line, p.text
    FROM unnest($4::text[], $5::int4[]) WITH ORDINALITY AS a (hex, line, place)
    JOIN repository_file f ON f.project_id = $1 AND f.branch_id = $2 AND sha256(f.path) = sha256(decode(a.hex, 'hex'))
     AND f.added <= $3 AND (f.superseded IS NULL OR f.superseded > $3)
    JOIN memory_entry m ON m.project_id = f.project_id AND m.oid = f.oid AND m.dialect = f.dialect AND m.superseded_at IS NULL
     AND a.line BETWEEN m.start_line AND m.end_line
    JOIN passage p ON p.project_id = m.project_id AND p.hash = m.hash
   ORDER BY a.place, m.ordinal`;

/** A use of the definition of a passage. */
interface Use {
  readonly of: number;
  readonly kind: 'CALLER' | 'TEST';
  readonly reference: CodeReference;
  readonly name: string;
}

/** A definition that a passage is about. */
interface Defined {
  readonly path: string;
  readonly key: string;
  readonly name: string;
  readonly line: number;
  readonly startLine: number;
  readonly endLine: number;
}

/** Finds what explains each passage: types of its signature, lines that call it, lines that test it. Five statements in all. */
export async function surroundingsOf(
  reads: Pick<TenantReads, 'inProject'>,
  snapshot: SnapshotKey,
  passages: readonly PlacedCode[],
): Promise<Surrounding[][]> {
  if (passages.length === 0) return [];
  const symbols = await mainSymbols(reads, snapshot, passages);
  const [types, uses] = await Promise.all([
    typesOf(reads, snapshot, { passages, symbols }),
    usesOf(reads, snapshot, symbols),
  ]);
  const lines = await textsOf(reads, snapshot, uses);
  return passages.map((_passage, index) => [
    ...(types[index] ?? []),
    ...uses.flatMap((use, at): Surrounding[] => {
      const text = use.of === index ? lines[at] : undefined;
      return text == null
        ? []
        : [{ kind: use.kind, path: use.reference.file.path, line: use.reference.line, text }];
    }),
  ]);
}

/** The definition that each passage is about. */
async function mainSymbols(
  reads: Pick<TenantReads, 'inProject'>,
  { projectId }: SnapshotKey,
  passages: readonly PlacedCode[],
): Promise<(Defined | null)[]> {
  const rows = await reads.inProject(projectId, (sql) =>
    sql.query<Omit<Defined, 'path'> & { place: bigint }>(definitions, [
      projectId,
      passages.map(({ fileId }) => String(fileId)),
      passages.map(({ startLine }) => startLine),
      passages.map(({ endLine }) => endLine),
      DEFINES,
    ]),
  );
  const byPlace = Map.groupBy(rows, ({ place }) => Number(place) - 1);
  return passages.map((passage, place) => {
    const main = mainOf(passage, byPlace.get(place) ?? []);
    return main === null ? null : { ...main, path: passage.path };
  });
}

/** The largest definition that begins in a passage, else the innermost around it. */
function mainOf<D extends Omit<Defined, 'path'>>(
  { startLine, endLine }: PlacedCode,
  defined: readonly D[],
): D | null {
  const size = (symbol: D): number => symbol.endLine - symbol.startLine;
  const begun = defined.filter(({ line }) => line >= startLine && line <= endLine);
  if (begun.length > 0) return begun.reduce((largest, each) => (size(each) > size(largest) ? each : largest));
  return defined.reduce<D | null>(
    (innermost, each) => (innermost === null || size(each) < size(innermost) ? each : innermost),
    null,
  );
}

interface DefinedPassages {
  readonly passages: readonly PlacedCode[];
  readonly symbols: readonly (Defined | null)[];
}

async function typesOf(
  reads: Pick<TenantReads, 'inProject'>,
  { projectId, branchId, number }: SnapshotKey,
  { passages, symbols }: DefinedPassages,
): Promise<Surrounding[][]> {
  const links = await reads.inProject(projectId, (sql) =>
    sql.query<{ place: bigint; path: string; key: string }>(typeLinks, [
      projectId,
      branchId,
      number,
      passages.map(({ path }) => hexOf(path)),
      symbols.map((symbol) => symbol?.line ?? 0),
      symbols.map((symbol) =>
        symbol === null ? -1 : Math.min(symbol.line + SIGNATURE_LINES, symbol.endLine),
      ),
    ]),
  );
  const found = await Promise.all(
    links.map(async ({ place, path, key }) => {
      const at = Number(place) - 1;
      const symbol = await symbolAt(reads, projectId, { branchId, number, path, key });
      const shown = passages[at];
      const isShown =
        shown?.path === path &&
        symbol !== null &&
        symbol.line >= shown.startLine &&
        symbol.line <= shown.endLine;
      if (symbol?.signature == null || isShown) return null;
      const text = redact(symbol.signature).text.slice(0, 300);
      return { at, surrounding: { kind: 'TYPE', path, line: symbol.line, text } satisfies Surrounding };
    }),
  );
  return passages.map((_passage, index) =>
    found.flatMap((each) => (each?.at === index ? [each.surrounding] : [])).slice(0, MOST.types),
  );
}

async function usesOf(
  reads: Pick<TenantReads, 'inProject'>,
  { projectId, branchId, number }: SnapshotKey,
  symbols: readonly (Defined | null)[],
): Promise<Use[]> {
  const found = await Promise.all(
    symbols.map(async (symbol, of): Promise<Use[]> => {
      if (symbol === null) return [];
      const { key, name, path } = symbol;
      const page = { branchId, number, path, key, certainties: null, first: USES, offset: 0 };
      const all = await referencesTo(reads, projectId, page);
      const used = all.filter(({ kind, certainty }) => kind !== 'IMPORT' && certainty !== 'UNPROVEN');
      const isTest = ({ file: { path } }: CodeReference): boolean => pathKind(path) === 'test';
      const use =
        (kind: Use['kind']) =>
        (reference: CodeReference): Use => ({ of, kind, reference, name });
      return [
        ...onePerFile(used.filter((each) => !isTest(each)))
          .slice(0, MOST.callers)
          .map(use('CALLER')),
        ...onePerFile(used.filter(isTest)).slice(0, MOST.tests).map(use('TEST')),
      ];
    }),
  );
  return found.flat();
}

function onePerFile(references: readonly CodeReference[]): CodeReference[] {
  const seen = new Set<string>();
  return references.filter(({ file: { path } }) => !seen.has(path) && seen.add(path));
}

/** The line of each use; null where no stored passage has it. */
async function textsOf(
  reads: Pick<TenantReads, 'inProject'>,
  { projectId, branchId, number }: SnapshotKey,
  uses: readonly Use[],
): Promise<(string | null)[]> {
  if (uses.length === 0) return [];
  const rows = await reads.inProject(projectId, (sql: Sql) =>
    sql.query<{ place: bigint; start_line: number; text: string }>(linesOf, [
      projectId,
      branchId,
      number,
      uses.map(({ reference }) => hexOf(reference.file.path)),
      uses.map(({ reference }) => reference.line),
    ]),
  );
  const texts = uses.map((): string | null => null);
  for (const { place, start_line: start, text } of rows) {
    const at = Number(place) - 1;
    const use = uses[at];
    if (use !== undefined)
      texts[at] ??= lineWith(text.split('\n'), use.reference.line - start, nameKey(use.name));
  }
  return texts;
}

/** Blank lines at the start of a passage are not stored, so the line may stand a little above where its number says. */
function lineWith(lines: readonly string[], row: number, key: string): string | null {
  for (let at = Math.min(row, lines.length - 1); at >= Math.max(0, row - 3); at -= 1) {
    const line = lines[at]?.trim() ?? '';
    if (nameKey(line).includes(key)) return line.slice(0, 200);
  }
  return null;
}

const hexOf = (path: string): string => pathToBytes(parsePath(path)).toString('hex');
