/** The samples of a scrape, by name with labels. */
export type Samples = ReadonlyMap<string, number>;

const sample = /^([a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*\})?) (\S+)$/;

/** Reads the text format of Prometheus, and refuses a line that is none of it. */
export function readExposition(text: string): Samples {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('# HELP ') || line.startsWith('# TYPE ')) continue;
    const [, name, value] = sample.exec(line) ?? [];
    if (name === undefined || samples.has(name)) throw new Error(`Not a sample, or one twice: ${line}`);
    const number = Number(value?.replace('Inf', 'Infinity'));
    if (Number.isNaN(number) && value !== 'NaN' && value !== 'Nan') throw new Error(`Not a number: ${line}`);
    samples.set(name, number);
  }
  return samples;
}
