import {
  decodeAs,
  type FileSurface,
  type Loaded,
  type NamedSymbol,
  type SymbolKind,
  type Wanted,
} from '@project-sync/knowledge';
import { parsePath, pathFromBytes, pathToBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { inSnapshot, ofPaths } from './snapshot-sql.ts';

/** Definitions of one name beyond this number can never be the only one that fits. */
const MOST_NAMED = 50;

const hexOf = (path: string): string => pathToBytes(parsePath(path)).toString('hex');
const shown = (path: Uint8Array): string => showPath(pathFromBytes(path));

const paths = `SELECT t.hex FROM ${ofPaths('repository_file')}`;
const surfaces = `
  SELECT t.hex, c.surface FROM ${ofPaths('repository_file')}
   CROSS JOIN LATERAL (SELECT c.surface FROM content_facts c
                        WHERE c.project_id = f.project_id AND c.oid = f.oid AND c.dialect = f.dialect OFFSET 0) c
   WHERE c.surface IS NOT NULL`;
const configs = `
  SELECT t.hex, b.content, b.encoding FROM ${ofPaths('repository_file')}
    JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid
   WHERE b.encoding IS NOT NULL AND b.content IS NOT NULL AND b.size < 1000000`;
// A folder's files lie between its name with a slash and the same with the next character.
const folders = `
  SELECT t.hex, f.path FROM unnest($4::text[], $5::text[]) AS t (hex, upto)
    JOIN repository_file f ON ${inSnapshot('f')}
     AND substring(f.path FROM 1 FOR 512) >= decode(t.hex, 'hex') AND substring(f.path FROM 1 FOR 512) < decode(t.upto, 'hex')
     AND position('\\x2f'::bytea IN substring(f.path FROM length(decode(t.hex, 'hex')) + 1)) = 0`;
const packages = `
  SELECT c.package_name, f.path FROM content_facts c
    JOIN repository_file f ON f.oid = c.oid AND f.dialect = c.dialect AND ${inSnapshot('f')}
   WHERE c.project_id = $1 AND c.package_name = ANY ($4::text[])`;
const names = `
  SELECT t.name, s.path, s.key, s.kind FROM unnest($4::text[]) AS t (name)
   CROSS JOIN LATERAL (
     SELECT f.path, c.key, c.kind FROM code_symbol c
       JOIN repository_file f ON f.oid = c.oid AND f.dialect = c.dialect AND ${inSnapshot('f')}
      WHERE c.project_id = $1 AND c.name = t.name AND c.is_exported
      ORDER BY f.path, c.ordinal LIMIT ${MOST_NAMED}) s`;

/** Where the questions of a resolution are answered. */
export interface AnsweredSnapshot {
  readonly sql: Sql;
  readonly projectId: string;
  readonly branchId: string;
  readonly number: number;
}

/** Answers all questions of a round, a statement for each kind. */
export async function answersOf(at: AnsweredSnapshot, wanted: Wanted): Promise<Loaded> {
  const [isFile, inFolders, surfaceOf, textOf, files, named] = await Promise.all([
    pathAnswers(at, [...wanted.paths]),
    folderAnswers(at, [...wanted.folders]),
    surfaceAnswers(at, [...wanted.surfaces]),
    configAnswers(at, [...wanted.configs]),
    packageAnswers(at, [...wanted.packages]),
    nameAnswers(at, [...wanted.names]),
  ]);
  return {
    paths: isFile,
    folders: inFolders,
    surfaces: surfaceOf,
    configs: textOf,
    packages: files,
    names: named,
  };
}

async function ask<R extends Record<string, unknown>>(
  { sql, projectId, branchId, number }: AnsweredSnapshot,
  statement: string,
  ...rest: readonly (readonly string[])[]
): Promise<R[]> {
  if (rest[0]?.length === 0) return [];
  return sql.query<R>(statement, [projectId, branchId, number, ...rest]);
}

async function pathAnswers(at: AnsweredSnapshot, asked: readonly string[]): Promise<Map<string, boolean>> {
  const rows = await ask<{ hex: string }>(at, paths, asked.map(hexOf));
  const present = new Set(rows.map(({ hex }) => hex));
  return new Map(asked.map((path) => [path, present.has(hexOf(path))]));
}

async function surfaceAnswers(
  at: AnsweredSnapshot,
  asked: readonly string[],
): Promise<Map<string, FileSurface | null>> {
  const rows = await ask<{ hex: string; surface: FileSurface }>(at, surfaces, asked.map(hexOf));
  const found = new Map(rows.map(({ hex, surface }) => [hex, surface]));
  return new Map(asked.map((path) => [path, found.get(hexOf(path)) ?? null]));
}

async function configAnswers(
  at: AnsweredSnapshot,
  asked: readonly string[],
): Promise<Map<string, string | null>> {
  const rows = await ask<{ hex: string; content: Uint8Array; encoding: string }>(
    at,
    configs,
    asked.map(hexOf),
  );
  const found = new Map(rows.map(({ hex, content, encoding }) => [hex, decodeAs(content, encoding)]));
  return new Map(asked.map((path) => [path, found.get(hexOf(path)) ?? null]));
}

async function folderAnswers(
  at: AnsweredSnapshot,
  asked: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const starts = asked.map((folder) => (folder === '' ? '' : hexOf(`${folder}/`)));
  // The character after a slash is a zero; after the empty start nothing in UTF-8 comes.
  const ends = starts.map((start) => (start === '' ? 'ff' : `${start.slice(0, -2)}30`));
  const rows = await ask<{ hex: string; path: Uint8Array }>(at, folders, starts, ends);
  const found = new Map<string, string[]>();
  for (const { hex, path } of rows) {
    const full = shown(path);
    found.set(hex, [...(found.get(hex) ?? []), full.slice(full.lastIndexOf('/') + 1)]);
  }
  return new Map(asked.map((folder, index) => [folder, (found.get(starts[index] ?? '') ?? []).sort()]));
}

async function packageAnswers(
  at: AnsweredSnapshot,
  asked: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const rows = await ask<{ package_name: string; path: Uint8Array }>(at, packages, asked);
  const found = new Map<string, string[]>(asked.map((name) => [name, []]));
  for (const { package_name: name, path } of rows) found.get(name)?.push(shown(path));
  for (const files of found.values()) files.sort();
  return found;
}

async function nameAnswers(
  at: AnsweredSnapshot,
  asked: readonly string[],
): Promise<Map<string, readonly NamedSymbol[]>> {
  const rows = await ask<{ name: string; path: Uint8Array; key: string; kind: SymbolKind }>(at, names, asked);
  const found = new Map<string, NamedSymbol[]>(asked.map((name) => [name, []]));
  for (const { name, path, key, kind } of rows) found.get(name)?.push({ path: shown(path), key, kind });
  return found;
}
