import type { ProgressEvent } from './client.ts';

const WIDTH = 30;

/** Shows events on the error stream: a bar where a terminal is attached, lines where none is, nothing to programs. */
export function progressBar(silent: boolean): { show: (event: ProgressEvent) => void; end: () => void } {
  const terminal = process.stderr.isTTY && !silent;
  return {
    show({ phase, progress, message }) {
      if (terminal) {
        const done = '█'.repeat(Math.round(progress * WIDTH)).padEnd(WIDTH, '░');
        process.stderr.write(`\r\u001b[K${done} ${phase} ${message}`);
      } else if (!silent) console.error(`${phase} ${Math.round(progress * 100)} % ${message}`);
    },
    end() {
      if (terminal) process.stderr.write('\n');
    },
  };
}
