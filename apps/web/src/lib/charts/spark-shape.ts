/** The size of a plot, in its own units. */
export interface PlotBox {
  width: number;
  height: number;
}

/** A line through values at equal distances, as SVG paths: the line itself, and the area below it. */
export function plotLine(
  values: readonly number[],
  { width, height }: PlotBox,
): { line: string; area: string } {
  if (values.length === 0) return { line: '', area: '' };
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const step = values.length === 1 ? 0 : width / (values.length - 1);
  // Half a stroke of room above and below; equal values run through the middle.
  const points = values.map((value, index) => {
    const share = span === 0 ? 0.5 : (value - low) / span;
    return `${round(index * step)} ${round(height - 1 - share * (height - 2))}`;
  });
  const line = `M${points.join('L')}`;
  return { line, area: `${line}L${round((values.length - 1) * step)} ${height}L0 ${height}Z` };
}

/** A bar of a plot. */
export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A bar for each value, from zero up. A value above zero has a height that can be seen. */
export function plotBars(values: readonly number[], { width, height }: PlotBox): Bar[] {
  const most = Math.max(1, ...values);
  const step = width / Math.max(1, values.length);
  const gap = Math.min(2, step / 4);
  return values.map((value, index) => {
    const tall = value === 0 ? 0 : Math.max(1, (value / most) * height);
    return {
      x: round(index * step),
      y: round(height - tall),
      width: round(step - gap),
      height: round(tall),
    };
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
