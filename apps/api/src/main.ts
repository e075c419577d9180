import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Before anything else is loaded, as for the command line: a second start then reads its modules in a third of the time.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.compile-cache', import.meta.url)));
// Every file of this process is its user's alone, also those that libraries create.
process.umask(0o077);
if (process.argv.includes('--help')) {
  const { configurationTable } = await import('./configuration.ts');
  console.log(configurationTable());
} else {
  const { serve } = await import('./serve.ts');
  await serve();
}
