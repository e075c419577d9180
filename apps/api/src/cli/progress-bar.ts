import type { ProgressEvent } from './progress-stream.ts';

const WIDTH = 30;

/** Shows events on stderr: a bar on a terminal, lines elsewhere, nothing with --json. */
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
