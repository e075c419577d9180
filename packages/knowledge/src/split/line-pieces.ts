import { crc32 } from 'node:zlib';
import { cutLarge } from './cut-large.ts';
import { sqlPieces } from './sql-pieces.ts';
import type { Piece } from './split-entry.ts';

/** Where a piece begins in formats that show it by how a line starts. */
const starts: Record<string, RegExp> = {
  yaml: /^[\w"'./-]+\s*:/,
  toml: /^\[/,
  json: /^ {0,4}"[^"]+"\s*:/,
  ini: /^\[/,
  html: /^<(script|style|template|head|body|main|section|article|nav|header|footer|div|form|table)\b/i,
  svelte: /^(<(script|style)\b|\{#snippet\b|<[a-z])/i,
  graphql:
    /^(type|input|enum|interface|union|scalar|extend|directive|schema|query|mutation|subscription|fragment)\b/,
  dockerfile: /^FROM\b/i,
  makefile: /^[\w./%-]+:/,
};

/** What such a piece is called, where its first line says so. */
const names: Record<string, RegExp> = {
  graphql:
    /^(?:extend\s+)?(?:type|input|enum|interface|union|scalar|directive|query|mutation|subscription|fragment)\s+@?(\w+)/,
  dockerfile: /\bAS\s+(\S+)/i,
  makefile: /^([\w./%-]+):/,
  ini: /^\[([^\]]+)\]/,
};

/** Pieces of a format without a grammar: by its own starts where they are known, by content otherwise. */
export function linePieces(lines: readonly string[], dialect: string): Piece[] {
  if (dialect === 'sql') return sqlPieces(lines);
  const whole = { from: 0, to: lines.length - 1, symbol: null, parents: [] };
  const start = starts[dialect];
  if (start === undefined) return cutLarge(lines, [whole]);
  const rows = lines.flatMap((line, row) => (start.test(line) ? [row] : []));
  // Ten keys of a line each say more together than ten times alone; which of them begin a piece is told from what
  // stands there alone, so that a line added above moves nothing below.
  const merged = rows.filter((row, index) => {
    const before = row - (rows[index - 1] ?? row);
    const after = (rows[index + 1] ?? row) - row;
    return row > 0 && (before >= 8 || after >= 8 || crc32(lines[row] ?? '') % 8 === 0);
  });
  const bounds = [0, ...merged, lines.length];
  return cutLarge(
    lines,
    bounds.slice(0, -1).map((from, index) => ({
      ...whole,
      from,
      to: (bounds[index + 1] ?? lines.length) - 1,
      symbol: names[dialect]?.exec(lines[from] ?? '')?.[1] ?? null,
    })),
  );
}

/** Sections of a Markdown text, each under its headings. */
export function markdownPieces(lines: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  const above: { depth: number; title: string }[] = [];
  let fence: string | null = null;
  let current: { from: number; symbol: string | null; parents: string[] } = {
    from: 0,
    symbol: null,
    parents: [],
  };
  lines.forEach((line, row) => {
    const mark = /^ {0,3}(```+|~~~+)/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === null ? mark : line.trim().startsWith(fence) ? null : fence;
    const heading = fence === null ? /^(#{1,6})\s+(.+?)\s*#*\s*$/.exec(line) : null;
    if (heading === null) return;
    if (row > current.from) pieces.push({ ...current, to: row - 1 });
    const depth = heading[1]?.length ?? 1;
    while ((above.at(-1)?.depth ?? 0) >= depth) above.pop();
    const title = heading[2] ?? '';
    current = { from: row, symbol: title, parents: above.map((each) => each.title) };
    above.push({ depth, title });
  });
  pieces.push({ ...current, to: lines.length - 1 });
  return cutLarge(lines, pieces);
}
