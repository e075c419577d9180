/**
 * The three inner loops of the training as WebAssembly with SIMD, written byte by byte, so that neither a compiler nor a
 * build step is needed. Plain JavaScript takes six times as long. Only multiplications and additions that round the same
 * everywhere are used (no fused ones), so every machine computes the same bits.
 */
export interface Kernels {
  /**
   * Sets a tile of 4 rows and 8 columns: C = A · B. A is read with any strides (in bytes); B is a panel of 8 columns,
   * packed; C has rows of `cStride` bytes.
   */
  tile(a: number, aRow: number, aColumn: number, b: number, c: number, cStride: number, depth: number): void;
  /** y += weight · x, for vectors of `bytes` bytes. */
  axpy(weight: number, x: number, y: number, bytes: number): void;
  /** One Adagrad step: sum += gradient²; row −= rate · gradient / √sum. */
  adagrad(rate: number, gradient: number, sum: number, row: number, bytes: number): void;
}

type Code = readonly number[];
const [I32, F32, V128] = [0x7f, 0x7d, 0x7b] as const;
const END = 0x0b;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const constant = (value: number): Code => [0x41, ...unsigned(value)];
const simd = (operation: number, ...rest: number[]): Code => [0xfd, ...unsigned(operation), ...rest];
const load = (offset = 0): Code => simd(0x00, 4, ...unsigned(offset));
const loadSplat: Code = simd(0x09, 2, 0);
const store = (offset = 0): Code => simd(0x0b, 4, ...unsigned(offset));
const splat: Code = simd(0x13);
const addLanes: Code = simd(0xe4);
const subLanes: Code = simd(0xe5);
const mulLanes: Code = simd(0xe6);
const divLanes: Code = simd(0xe7);
const sqrtLanes: Code = simd(0xe3);
const addInt: Code = [0x6a];
const advance = (local: number, by: Code): Code => [...get(local), ...by, ...addInt, ...set(local)];

/** Repeats a body until the counter, lowered by `step` at its end, is zero. */
function loop(counter: number, step: number, body: readonly Code[]): Code {
  return [
    ...[0x03, 0x40],
    ...body.flat(),
    ...[...get(counter), ...constant(step), 0x6b, 0x22, counter],
    ...[0x0d, 0x00, END],
  ];
}

interface Body {
  readonly parameters: readonly number[];
  readonly locals: readonly (readonly [count: number, type: number])[];
  readonly code: readonly Code[];
}

const TILE_ROWS = 4;

function tileBody(): Body {
  const [a, aRow, aColumn, b, c, cStride, depth] = [0, 1, 2, 3, 4, 5, 6] as const;
  const pointers = [a, 7, 8, 9];
  const [left, right, factor] = [10, 11, 12] as const;
  const sums = (row: number): readonly [number, number] => [13 + 2 * row, 14 + 2 * row];
  const accumulate = (sum: number, columns: number): Code => [
    ...get(sum),
    ...get(factor),
    ...get(columns),
    ...mulLanes,
    ...addLanes,
    ...set(sum),
  ];
  const rows = Array.from({ length: TILE_ROWS }, (_, row) => row);
  const code: Code[] = rows
    .slice(1)
    .map((row) => [...get(pointers[row - 1] ?? a), ...get(aRow), ...addInt, ...set(pointers[row] ?? a)]);
  code.push(
    loop(depth, 1, [
      [...get(b), ...load(), ...set(left), ...get(b), ...load(16), ...set(right)],
      ...rows.flatMap((row) => [
        [...get(pointers[row] ?? a), ...loadSplat, ...set(factor)],
        accumulate(sums(row)[0], left),
        accumulate(sums(row)[1], right),
        advance(pointers[row] ?? a, get(aColumn)),
      ]),
      advance(b, constant(32)),
    ]),
    ...rows.map((row) => [
      ...[...get(c), ...get(sums(row)[0]), ...store()],
      ...[...get(c), ...get(sums(row)[1]), ...store(16)],
      ...advance(c, get(cStride)),
    ]),
  );
  const locals = [
    [3, I32],
    [3 + 2 * TILE_ROWS, V128],
  ] as const;
  return { parameters: [I32, I32, I32, I32, I32, I32, I32], locals, code };
}

function axpyBody(): Body {
  const [weight, x, y, bytes, factor] = [0, 1, 2, 3, 4] as const;
  const step: Code[] = [0, 16].map((offset) => [
    ...[...get(y), ...get(y), ...load(offset)],
    ...[...get(factor), ...get(x), ...load(offset), ...mulLanes, ...addLanes],
    ...store(offset),
  ]);
  return {
    parameters: [F32, I32, I32, I32],
    locals: [[1, V128]],
    code: [
      [...get(weight), ...splat, ...set(factor)],
      loop(bytes, 32, [...step, advance(x, constant(32)), advance(y, constant(32))]),
    ],
  };
}

function adagradBody(): Body {
  const [rate, gradient, sum, row, bytes, factor, slope, total] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  return {
    parameters: [F32, I32, I32, I32, I32],
    locals: [[3, V128]],
    code: [
      [...get(rate), ...splat, ...set(factor)],
      loop(bytes, 16, [
        [...get(gradient), ...load(), ...set(slope)],
        [...get(sum), ...load(), ...get(slope), ...get(slope), ...mulLanes, ...addLanes, ...set(total)],
        [...get(sum), ...get(total), ...store()],
        [...get(row), ...get(row), ...load(), ...get(factor), ...get(slope), ...mulLanes],
        [...get(total), ...sqrtLanes, ...divLanes, ...subLanes, ...store()],
        ...[gradient, sum, row].map((pointer) => advance(pointer, constant(16))),
      ]),
    ],
  };
}

const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const name = (text: string): Code => list([...Buffer.from(text)].map((byte) => [byte]));

function moduleBytes(pages: number): Uint8Array<ArrayBuffer> {
  const bodies: readonly (readonly [string, Body])[] = [
    ['tile', tileBody()],
    ['axpy', axpyBody()],
    ['adagrad', adagradBody()],
  ];
  const types = bodies.map(([, { parameters }]) => [0x60, ...list(parameters.map((type) => [type])), 0]);
  const functions = bodies.map((_, index) => [index]);
  const exports = bodies.map(([label], index) => [...name(label), 0x00, index]);
  const codes = bodies.map(([, { locals, code }]) => {
    const content = [...list(locals.map(([count, type]) => [count, type])), ...code.flat(), END];
    return [...unsigned(content.length), ...content];
  });
  const shared = [0x02, 0x03, ...unsigned(pages), ...unsigned(pages)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(2, list([[...name('env'), ...name('memory'), ...shared]])),
    ...section(3, list(functions)),
    ...section(7, list(exports)),
    ...section(10, list(codes)),
  ]);
}

function isKernels(exports: object): exports is Kernels {
  return ['tile', 'axpy', 'adagrad'].every((label) => Reflect.get(exports, label) instanceof Function);
}

/** Compiles the kernels over a memory that all threads share. */
export function openKernels(memory: WebAssembly.Memory): Kernels {
  const pages = memory.buffer.byteLength / 65_536;
  const module = new WebAssembly.Module(moduleBytes(pages));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  if (!isKernels(exports)) throw new Error('The kernels were not compiled.');
  return exports;
}
