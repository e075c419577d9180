import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

const HEAD = ['reader', 'seed', 'from', 'to', 'minutes', 'most MB', 'found'];

/** One piece of a run: the texts of a seed from one number up to another. */
export interface FuzzRow {
  readonly reader: string;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly minutes: number;
  readonly mostBytes: number;
  readonly found: number;
}

/** Returns where a reader's last piece ended, which is where the next one goes on. */
export function lastPiece(file: string, reader: string): { seed: number; from: number } | null {
  const row = readFuzzTable(file).findLast((each) => each.reader === reader);
  return row === undefined ? null : { seed: row.seed, from: row.to };
}

/** Reads the pieces that a table holds; none where there is no file yet. */
export function readFuzzTable(file: string): FuzzRow[] {
  if (!existsSync(file)) return [];
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [reader = '', ...numbers] = line.split('\t');
    const [seed = 0, from = 0, to = 0, minutes = 0, megabytes = 0, found = 0] = numbers.map(Number);
    return { reader, seed, from, to, minutes, mostBytes: megabytes * 2 ** 20, found };
  });
}

/** Adds a piece at the end. */
export function addPiece(file: string, { reader, seed, from, to, minutes, mostBytes, found }: FuzzRow): void {
  if (!existsSync(file)) writeFileSync(file, `${HEAD.join('\t')}\n`);
  const row = [reader, seed, from, to, minutes.toFixed(1), Math.round(mostBytes / 2 ** 20), found];
  appendFileSync(file, `${row.join('\t')}\n`);
}
