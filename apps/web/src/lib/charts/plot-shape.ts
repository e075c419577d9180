/** One column of a plot: the values that stand on each other, from below. */
export interface PlotColumn {
  values: readonly number[];
}

/** The size of a plot's drawing, in its own units. */
export interface PlotSize {
  width: number;
  height: number;
}

/** The highest column, and at least 1: a plot of zeros has a ground too. */
export function highestOf(columns: readonly PlotColumn[]): number {
  return columns.reduce((most, { values }) => Math.max(most, sum(values)), 0) || 1;
}

/** A path for each series: one bar a column, on top of the series below it. A thousand bars are one path. */
export function barPaths(columns: readonly PlotColumn[], { width, height }: PlotSize): string[] {
  const most = highestOf(columns);
  const step = width / Math.max(1, columns.length);
  // Thin bars touch: gaps between a thousand of them would be all there is to see.
  const bar = step > 4 ? step - 1.5 : step;
  const paths = (columns[0]?.values ?? []).map(() => '');
  for (const [index, { values }] of columns.entries()) {
    let below = 0;
    for (const [series, value] of values.entries()) {
      if (value > 0) {
        const x = round(index * step);
        const top = round(height - ((below + value) / most) * height);
        const bottom = round(height - (below / most) * height);
        paths[series] += `M${x} ${bottom}V${top}h${round(bar)}V${bottom}z`;
      }
      below += value;
    }
  }
  return paths;
}

/** The column below a place of the drawing. */
export function columnAt(share: number, columns: number): number {
  return Math.min(columns - 1, Math.max(0, Math.floor(share * columns)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
