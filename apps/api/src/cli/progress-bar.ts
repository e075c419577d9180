import type { Output } from './output.ts';
import type { ProgressEvent } from './progress-stream.ts';

const WIDTH = 30;

/** Shows events beside the output: a bar on a terminal, lines elsewhere, nothing with --json. */
export function progressBar(
  output: Output,
  silent: boolean,
): { show: (event: ProgressEvent) => void; end: () => void } {
  const terminal = silent ? null : output.terminal;
  return {
    show({ phase, progress, message }) {
      if (terminal !== null) {
        const done = '█'.repeat(Math.round(progress * WIDTH)).padEnd(WIDTH, '░');
        terminal.write(`\r\u001b[K${done} ${phase} ${message}`);
      } else if (!silent) output.error(`${phase} ${Math.round(progress * 100)} % ${message}`);
    },
    end() {
      terminal?.write('\n');
    },
  };
}
