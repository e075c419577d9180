import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errorsPage } from './graphql/errors-page.ts';
import { printSorted } from './graphql/print-sorted.ts';
import { schema } from './schema/schema.ts';

// Writes the schema that clients are typed against. `--check` only compares it with the committed one; `--release` also
// makes it the baseline for later changes.
const file = fileURLToPath(new URL('../schema.graphql', import.meta.url));
const errorsFile = fileURLToPath(new URL('../../../docs/errors.md', import.meta.url));
const errors = errorsPage();
const printed = `${printSorted(schema)}\n`;
if (process.argv.includes('--check')) {
  if (readFileSync(errorsFile, 'utf8') !== errors) {
    console.error('docs/errors.md differs from the code. Run pnpm run generate and review the difference.');
    process.exitCode = 1;
  }
  if (readFileSync(file, 'utf8') !== printed) {
    console.error(
      'apps/api/schema.graphql differs from the code. Run pnpm run generate and review the difference.',
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, printed);
  writeFileSync(errorsFile, errors);
  if (process.argv.includes('--release'))
    writeFileSync(fileURLToPath(new URL('../schema-baseline.graphql', import.meta.url)), printed);
}
