#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

// Before anything else is loaded: reading the same modules again then takes a third of the time. The folder is that of
// the installation, since in a common one others could put code there. One that is read-only only makes it slower.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.compile-cache', import.meta.url)));
// A command may open the database itself, and then creates files like the server.
process.umask(0o077);
const { runCommandLine } = await import('./cli/run-command-line.ts');
const { canRedraw } = await import('./cli/progress-bar.ts');
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.exitCode = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  signal: interrupted.signal,
  output: {
    log: (line) => console.log(line),
    error: (line) => console.error(line),
    terminal: process.stderr.isTTY && canRedraw(process.env) ? process.stderr : null,
  },
  input: process.stdin.isTTY ? null : () => text(process.stdin),
});
// Ctrl-C ends at once what waits for an answer that no longer matters.
if (interrupted.signal.aborted) process.exit();
