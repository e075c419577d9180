/** The shape of a training: how many rows, numbers in a row, pairs in a batch, and threads. */
export interface Shape {
  readonly rows: number;
  readonly dimension: number;
  readonly batch: number;
  readonly threads: number;
  readonly temperature: number;
  /** Tokens of all texts of one batch at most. */
  readonly tokens: number;
}

const PAGE = 65_536;
/** Columns of a packed panel, as the kernel takes them. */
export const PANEL = 8;

/** Everything that all threads of a training read and write, in one memory, as the kernels need it. */
export class SharedState {
  readonly memory: WebAssembly.Memory;
  readonly table: Float32Array;
  readonly sums: Float32Array;
  /** Unit vectors of the batch's texts: questions, then answers. */
  readonly texts: Float32Array;
  readonly lengths: Float32Array;
  readonly gradients: Float32Array;
  readonly answersAcross: Float32Array;
  readonly answersPacked: Float32Array;
  readonly questionsPacked: Float32Array;
  readonly likeness: Float32Array;
  readonly rowSums: Float32Array;
  readonly columnSums: Float32Array;
  readonly scratch: Float32Array;
  readonly textStarts: Int32Array;
  readonly tokenRows: Int32Array;
  readonly tokenWeights: Float32Array;
  readonly rows: Int32Array;
  readonly rowStarts: Int32Array;
  readonly rowTexts: Int32Array;
  readonly rowWeights: Float32Array;
  readonly masks: Int32Array;
  /** Arrived threads, turn, whether training goes on, rows of the batch, masks of the batch. */
  readonly control: Int32Array;
  readonly rate: Float32Array;

  readonly shape: Shape;

  constructor(shape: Shape, memory?: WebAssembly.Memory) {
    this.shape = shape;
    const { rows, dimension, batch, threads, tokens } = shape;
    const table = rows * dimension;
    const sizes = [
      ...[table, table, 2 * batch * dimension, 2 * batch, 2 * batch * dimension],
      ...[batch * dimension, batch * dimension, batch * dimension, batch * batch, batch, batch],
      ...[
        threads * dimension,
        2 * batch + 1,
        tokens,
        tokens,
        rows,
        rows + 1,
        tokens,
        tokens,
        1 << 20,
        16,
        16,
      ],
    ];
    // Each array begins at a multiple of 64 bytes.
    const places: number[] = [];
    let end = 0;
    for (const size of sizes) {
      places.push(end);
      end += Math.ceil((size * 4) / 64) * 64;
    }
    const pages = Math.ceil(end / PAGE);
    this.memory = memory ?? new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    let next = 0;
    const floats = (): Float32Array =>
      new Float32Array(this.memory.buffer, places[next] ?? 0, sizes[next++] ?? 0);
    const ints = (): Int32Array => new Int32Array(this.memory.buffer, places[next] ?? 0, sizes[next++] ?? 0);
    [this.table, this.sums, this.texts, this.lengths] = [floats(), floats(), floats(), floats()];
    [this.gradients, this.answersAcross, this.answersPacked] = [floats(), floats(), floats()];
    [this.questionsPacked, this.likeness, this.rowSums, this.columnSums] = [
      floats(),
      floats(),
      floats(),
      floats(),
    ];
    [this.scratch, this.textStarts, this.tokenRows, this.tokenWeights] = [floats(), ints(), ints(), floats()];
    [this.rows, this.rowStarts, this.rowTexts, this.rowWeights] = [ints(), ints(), ints(), floats()];
    [this.masks, this.control, this.rate] = [ints(), ints(), floats()];
  }

  /** Waits until every thread has come here. */
  meet(): void {
    const turn = Atomics.load(this.control, 1);
    if (Atomics.add(this.control, 0, 1) === this.shape.threads - 1) {
      Atomics.store(this.control, 0, 0);
      Atomics.add(this.control, 1, 1);
      Atomics.notify(this.control, 1);
      return;
    }
    while (Atomics.load(this.control, 1) === turn) Atomics.wait(this.control, 1, turn);
  }
}
