/** The largest number that four bits hold on both sides of zero. */
const LARGEST = 7;
/** Shares of a row's largest number that are tried as the end of the scale. */
const ENDS = [1, 0.93, 0.86, 0.8, 0.74, 0.68, 0.62, 0.56];

/** Rounds each row to four bits with the scale that loses least. */
export function quantize(
  table: Float32Array,
  dimension: number,
): { readonly scales: Float32Array; readonly table: Int8Array } {
  const rows = table.length / dimension;
  const scales = new Float32Array(rows);
  const rounded = new Int8Array(table.length);
  for (let row = 0; row < rows; row += 1) {
    const values = table.subarray(row * dimension, (row + 1) * dimension);
    const scale = bestScale(values);
    scales[row] = scale;
    values.forEach((value, at) => (rounded[row * dimension + at] = step(value, scale)));
  }
  return { scales, table: rounded };
}

function step(value: number, scale: number): number {
  return scale === 0 ? 0 : Math.max(-LARGEST, Math.min(LARGEST, Math.round(value / scale)));
}

function bestScale(values: Float32Array): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let best = { scale: 0, error: Infinity };
  for (const end of ENDS) {
    const scale = Math.fround((largest * end) / LARGEST);
    let error = 0;
    for (const value of values) error += (value - step(value, scale) * scale) ** 2;
    if (error < best.error) best = { scale, error };
  }
  return best.scale;
}
