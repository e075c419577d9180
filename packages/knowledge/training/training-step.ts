import { openKernels, type Kernels } from './kernels.ts';
import { PANEL, type SharedState } from './shared-state.ts';

const TILE_ROWS = 4;

/**
 * One thread's share of a training step. Every number is computed by one thread alone, in an order that does not depend
 * on how many there are, so that the result has the same bits with one thread as with many.
 */
export class TrainingStep {
  readonly #state: SharedState;
  readonly #thread: number;
  readonly #kernels: Kernels;

  constructor(state: SharedState, thread: number) {
    this.#state = state;
    this.#thread = thread;
    this.#kernels = openKernels(state.memory);
  }

  /** Runs a step; the batch is in the shared state already. */
  run(): void {
    const { batch } = this.#state.shape;
    const phases = [
      () => this.#embedTexts(),
      () => this.#packTexts(),
      () => this.#compare(),
      () => this.#sumColumns(),
      () => this.#judge(),
      () => {
        this.#pullQuestions();
        this.#pullAnswers();
      },
      () => this.#updateRows(),
    ];
    if (batch % (TILE_ROWS * this.#state.shape.threads) !== 0)
      throw new Error('The batch cannot be shared out.');
    for (const phase of phases) {
      phase();
      this.#state.meet();
    }
  }

  /** This thread's part of a range, in whole units. */
  #share(size: number, unit: number): readonly [from: number, to: number] {
    const units = size / unit;
    const { threads } = this.#state.shape;
    return [
      Math.floor((units * this.#thread) / threads) * unit,
      Math.floor((units * (this.#thread + 1)) / threads) * unit,
    ];
  }

  #embedTexts(): void {
    const { shape, texts, table, lengths, textStarts, tokenRows, tokenWeights } = this.#state;
    const width = shape.dimension * 4;
    const [from, to] = this.#share(2 * shape.batch, 1);
    for (let text = from; text < to; text += 1) {
      const vector = texts.subarray(text * shape.dimension, (text + 1) * shape.dimension);
      vector.fill(0);
      const end = textStarts[text + 1] ?? 0;
      for (let at = textStarts[text] ?? 0; at < end; at += 1)
        this.#kernels.axpy(
          tokenWeights[at] ?? 0,
          table.byteOffset + (tokenRows[at] ?? 0) * width,
          vector.byteOffset,
          width,
        );
      let square = 0;
      for (const each of vector) square += each * each;
      const length = Math.sqrt(square) + 1e-6;
      lengths[text] = length;
      const scale = 1 / length;
      for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) * scale;
    }
  }

  /** Copies the vectors into panels of eight columns, as the kernel reads them. */
  #packTexts(): void {
    const { shape, texts, answersAcross, answersPacked, questionsPacked } = this.#state;
    const { batch, dimension } = shape;
    const answers = texts.subarray(batch * dimension);
    const [fromText, toText] = this.#share(batch, PANEL);
    for (let text = fromText; text < toText; text += 1) {
      const place = (text - (text % PANEL)) * dimension + (text % PANEL);
      for (let at = 0; at < dimension; at += 1)
        answersAcross[place + at * PANEL] = answers[text * dimension + at] ?? 0;
    }
    const [from, to] = this.#share(dimension, PANEL);
    for (let column = from; column < to; column += PANEL) {
      for (let text = 0; text < batch; text += 1) {
        const place = column * batch + text * PANEL;
        const source = text * dimension + column;
        for (let at = 0; at < PANEL; at += 1) {
          answersPacked[place + at] = answers[source + at] ?? 0;
          questionsPacked[place + at] = texts[source + at] ?? 0;
        }
      }
    }
  }

  /** How alike each question and each answer are, as e^((cosine − 1) / temperature), and the sums of the rows. */
  #compare(): void {
    const { shape, texts, answersAcross, likeness, rowSums, masks, control } = this.#state;
    const { batch, dimension, temperature } = shape;
    const [from, to] = this.#share(batch, TILE_ROWS);
    for (let panel = 0; panel < batch; panel += PANEL)
      for (let row = from; row < to; row += TILE_ROWS)
        this.#kernels.tile(
          texts.byteOffset + row * dimension * 4,
          dimension * 4,
          4,
          answersAcross.byteOffset + panel * dimension * 4,
          likeness.byteOffset + (row * batch + panel) * 4,
          batch * 4,
          dimension,
        );
    for (let at = from * batch; at < to * batch; at += 1)
      likeness[at] = Math.exp(((likeness[at] ?? 0) - 1) / temperature);
    const maskCount = control[4] ?? 0;
    for (let at = 0; at < maskCount; at += 1) {
      const place = masks[at] ?? 0;
      if (place >= from * batch && place < to * batch) likeness[place] = 0;
    }
    for (let row = from; row < to; row += 1) {
      let sum = 0;
      for (let at = row * batch; at < (row + 1) * batch; at += 1) sum += likeness[at] ?? 0;
      rowSums[row] = sum;
    }
  }

  #sumColumns(): void {
    const { shape, likeness, columnSums } = this.#state;
    const { batch } = shape;
    const [from, to] = this.#share(batch, PANEL);
    columnSums.fill(0, from, to);
    for (let row = 0; row < batch; row += 1)
      for (let column = from; column < to; column += 1)
        columnSums[column] = (columnSums[column] ?? 0) + (likeness[row * batch + column] ?? 0);
  }

  /** Turns the likenesses into the gradient of the loss by them. */
  #judge(): void {
    const { shape, likeness, rowSums, columnSums } = this.#state;
    const { batch, temperature } = shape;
    const scale = 0.5 / batch / temperature;
    const [from, to] = this.#share(batch, TILE_ROWS);
    for (let row = from; row < to; row += 1) {
      const ofRow = 1 / (rowSums[row] ?? 1);
      const start = row * batch;
      for (let column = 0; column < batch; column += 1)
        likeness[start + column] =
          (likeness[start + column] ?? 0) * (ofRow + 1 / (columnSums[column] ?? 1)) * scale;
      likeness[start + row] = (likeness[start + row] ?? 0) - 2 * scale;
    }
  }

  #pullQuestions(): void {
    const { shape, likeness, answersPacked, gradients } = this.#state;
    const { batch, dimension } = shape;
    const [from, to] = this.#share(batch, TILE_ROWS);
    for (let column = 0; column < dimension; column += PANEL)
      for (let row = from; row < to; row += TILE_ROWS)
        this.#kernels.tile(
          likeness.byteOffset + row * batch * 4,
          batch * 4,
          4,
          answersPacked.byteOffset + column * batch * 4,
          gradients.byteOffset + (row * dimension + column) * 4,
          dimension * 4,
          batch,
        );
    this.#throughLength(from, to);
  }

  #pullAnswers(): void {
    const { shape, likeness, questionsPacked, gradients } = this.#state;
    const { batch, dimension } = shape;
    const [from, to] = this.#share(batch, TILE_ROWS);
    for (let column = 0; column < dimension; column += PANEL)
      for (let row = from; row < to; row += TILE_ROWS)
        this.#kernels.tile(
          likeness.byteOffset + row * 4,
          4,
          batch * 4,
          questionsPacked.byteOffset + column * batch * 4,
          gradients.byteOffset + ((batch + row) * dimension + column) * 4,
          dimension * 4,
          batch,
        );
    this.#throughLength(batch + from, batch + to);
  }

  /** The gradient by a text's sum of rows, from that by its unit vector. */
  #throughLength(from: number, to: number): void {
    const { shape, texts, gradients, lengths } = this.#state;
    const { dimension } = shape;
    for (let text = from; text < to; text += 1) {
      const start = text * dimension;
      let along = 0;
      for (let at = start; at < start + dimension; at += 1) along += (gradients[at] ?? 0) * (texts[at] ?? 0);
      const scale = 1 / (lengths[text] ?? 1);
      for (let at = start; at < start + dimension; at += 1)
        gradients[at] = ((gradients[at] ?? 0) - (texts[at] ?? 0) * along) * scale;
    }
  }

  /** Changes every row of the batch. Threads share out the numbers of a row, not the rows. */
  #updateRows(): void {
    const { shape, table, sums, gradients, scratch, rows, rowStarts, rowTexts, rowWeights, control, rate } =
      this.#state;
    const { dimension } = shape;
    const [from, to] = this.#share(dimension, PANEL);
    const bytes = (to - from) * 4;
    const gradient = scratch.subarray(this.#thread * dimension, this.#thread * dimension + to - from);
    const rowCount = control[3] ?? 0;
    for (let at = 0; at < rowCount; at += 1) {
      gradient.fill(0);
      const end = rowStarts[at + 1] ?? 0;
      for (let entry = rowStarts[at] ?? 0; entry < end; entry += 1)
        this.#kernels.axpy(
          rowWeights[entry] ?? 0,
          gradients.byteOffset + ((rowTexts[entry] ?? 0) * dimension + from) * 4,
          gradient.byteOffset,
          bytes,
        );
      const place = ((rows[at] ?? 0) * dimension + from) * 4;
      this.#kernels.adagrad(
        rate[0] ?? 0,
        gradient.byteOffset,
        sums.byteOffset + place,
        table.byteOffset + place,
        bytes,
      );
    }
  }
}
