import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Before anything else is loaded: reading the same modules again then takes a third of the time. The folder is that of
// the installation, since in a common one others could put code there. One that is read-only only makes it slower.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.compile-cache', import.meta.url)));
// A command may open the database itself, and then creates files like the server.
process.umask(0o077);
const { runCommandLine } = await import('./cli/run-command-line.ts');
process.exitCode = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  output: {
    log: (line) => console.log(line),
    error: (line) => console.error(line),
    terminal: process.stderr.isTTY ? process.stderr : null,
  },
});
