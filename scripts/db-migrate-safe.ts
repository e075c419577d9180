import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { migrateCommand } from '../packages/db/src/migrate/command.ts';

const root = join(import.meta.dirname, '..');
const settings = join(root, '.env');
if (existsSync(settings)) process.loadEnvFile(settings);
process.exitCode = await migrateCommand({
  args: process.argv.slice(2),
  env: process.env,
  root,
  print: (line) => console.log(line),
});
