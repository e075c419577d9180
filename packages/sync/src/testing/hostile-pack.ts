import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { TestRepository } from './create-repository.ts';

/** The types of objects in a pack, as Git numbers them. */
const TYPES = { commit: 1, tree: 2, blob: 3, refDelta: 7 } as const;

/** A content that stands in a pack as the repetition of another. */
export interface RepeatedBlob {
  /** The bytes of the content that is repeated. */
  readonly base: number;
  /** How often each file repeats it, which costs seven bytes each. */
  readonly times: number;
  readonly files: number;
}

/**
 * Writes a commit whose files are repetitions of one content of zeros, as differences in a pack: some kilobytes that
 * unpack to any size. The pack is placed as it is, as a hostile server would send it.
 */
export function commitRepetitions(at: TestRepository, { base, times, files }: RepeatedBlob): number {
  const zeros = Buffer.alloc(base);
  const baseOid = oidOf('blob', [zeros]);
  const entries = [packed('blob', zeros)];
  const tree: Buffer[] = [];
  for (let file = 0; file < files; file += 1) {
    const tail = Buffer.from(`${file}`.padStart(8, '0'));
    const result = [...Array.from({ length: times }, () => zeros), tail];
    const delta = Buffer.concat([
      size(base),
      size(base * times + tail.length),
      ...Array.from({ length: times }, () => copyOf(base)),
      Buffer.from([tail.length]),
      tail,
    ]);
    entries.push(Buffer.concat([header(TYPES.refDelta, delta.length), baseOid, deflateSync(delta)]));
    tree.push(Buffer.from(`100644 ${tail.toString()}\0`), oidOf('blob', result));
  }
  const root = Buffer.concat(tree);
  const commit = Buffer.from(
    `tree ${oidOf('tree', [root]).toString('hex')}\nauthor t <t> 1 +0000\ncommitter t <t> 1 +0000\n\nbomb\n`,
  );
  entries.push(packed('tree', root), packed('commit', commit));
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  head.writeUInt32BE(entries.length, 8);
  const body = Buffer.concat([head, ...entries]);
  const pack = Buffer.concat([body, createHash('sha1').update(body).digest()]);
  const name = join(at.path, 'objects', 'pack', `pack-${createHash('sha1').update(body).digest('hex')}.pack`);
  writeFileSync(name, pack);
  execFileSync('git', ['index-pack', name], { cwd: at.path, stdio: 'ignore' });
  at.git('update-ref', 'refs/heads/main', oidOf('commit', [commit]).toString('hex'));
  return pack.length;
}

function oidOf(type: 'blob' | 'tree' | 'commit', parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha1');
  hash.update(`${type} ${parts.reduce((sum, { length }) => sum + length, 0)}\0`);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function packed(type: 'blob' | 'tree' | 'commit', content: Buffer): Buffer {
  return Buffer.concat([header(TYPES[type], content.length), deflateSync(content, { level: 9 })]);
}

/** The type and the unpacked size of an object: four bits of it, then seven a byte. */
function header(type: number, length: number): Buffer {
  const rest = Math.floor(length / 16);
  const first = (type << 4) | (length % 16);
  return rest === 0 ? Buffer.from([first]) : Buffer.concat([Buffer.from([first | 0x80]), size(rest)]);
}

/** A number by seven bits a byte, the lowest first. */
function size(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (;;) {
    const low = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left === 0 ? low : low | 0x80);
    if (left === 0) return Buffer.from(bytes);
  }
}

/** The instruction to copy the first bytes of the base, at most 16 MB. */
function copyOf(length: number): Buffer {
  return Buffer.from([
    0b1111_0000,
    length % 256,
    Math.floor(length / 256) % 256,
    Math.floor(length / 65_536),
  ]);
}
