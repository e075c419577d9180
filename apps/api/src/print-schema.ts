import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './schema/schema.ts';

// Writes the schema that clients are typed against. With `--check` it only tells whether the committed one is it; with
// `--release` it also becomes what later changes are held to.
const file = fileURLToPath(new URL('../schema.graphql', import.meta.url));
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== printed) {
    console.error(
      'apps/api/schema.graphql is not what the code says. Run pnpm run generate and look at the difference.',
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, printed);
  if (process.argv.includes('--release'))
    writeFileSync(fileURLToPath(new URL('../schema-baseline.graphql', import.meta.url)), printed);
}
