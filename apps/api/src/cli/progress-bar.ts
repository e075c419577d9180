import { printable, type Output } from './output.ts';
import type { ProgressEvent } from './progress-stream.ts';

const WIDTH = 30;
const NARROW = 60;

/** Shows events beside the output: a bar on a terminal, lines elsewhere, nothing with --json. */
export function progressBar(
  output: Output,
  silent: boolean,
): { show: (event: ProgressEvent) => void; end: () => void } {
  const terminal = silent ? null : output.terminal;
  return {
    show({ phase, progress, message }) {
      if (terminal !== null) {
        const columns = terminal.columns ?? 80;
        const width = columns < NARROW ? 10 : WIDTH;
        const done = '█'.repeat(Math.round(progress * width)).padEnd(width, '░');
        // A line that wraps cannot be drawn over: it would pile up.
        const line = `${done} ${phase} ${printable(message)}`.slice(0, columns - 1);
        terminal.write(`\r\u001b[K${line}`);
      } else if (!silent) output.error(printable(`${phase} ${Math.round(progress * 100)} % ${message}`));
    },
    end() {
      terminal?.write('\n');
    },
  };
}

/** Whether lines may be drawn again: not on a terminal that says it is dumb, nor where colours are unwanted. */
export function canRedraw(environment: Readonly<Record<string, string | undefined>>): boolean {
  return environment['TERM'] !== 'dumb' && (environment['NO_COLOR'] ?? '') === '';
}
