import { readFile } from 'node:fs/promises';
import { openTestDatabase } from '@project-sync/db/testing';
import { createRepository } from '@project-sync/sync/testing';
import { openProduct } from './open-product.ts';

// Measures the memory of the product's process from its start through the import of a large repository. With
// TEST_DATABASE_URL the database is elsewhere; without it, it runs in the same process.
// `node apps/api/bench/memory.ts [--files 100000]`
const given = process.argv.indexOf('--files');
const files = given < 0 ? 100_000 : Number(process.argv[given + 1]);
const repository = await createRepository();
repository.commit(
  'main',
  Object.fromEntries(
    Array.from({ length: files }, (_, index) => [
      `src/d${index % 100}/e${Math.floor(index / 100) % 100}/file-${index}.ts`,
      `export const value${index} = ${index};\n`,
    ]),
  ),
);
const database = process.env['TEST_DATABASE_URL'] === undefined ? null : await openTestDatabase();
const product = await openProduct(4793, database?.url ?? null);

async function megabytes(field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${product.pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
}

try {
  const idle = await megabytes('VmRSS');
  const begun = performance.now();
  const sync = await product.start(repository.path);
  let imported: { seconds: number; most: number } | null = null;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { phase, status } = await product.state(sync);
    const seconds = Math.round((performance.now() - begun) / 1000);
    if (imported === null && (phase === 'EMBED' || status !== 'RUNNING') && phase !== 'PREPARE')
      imported = { seconds, most: await megabytes('VmHWM') };
    if (!['COMPLETED', 'FAILED'].includes(status)) continue;
    const [most, now] = [await megabytes('VmHWM'), await megabytes('VmRSS')];
    console.log(`| ${files} files, database ${database === null ? 'in the process' : 'elsewhere'} | MB | s |
| --- | ---: | ---: |
| started | ${idle} | |
| most until the files stand | ${imported?.most} | ${imported?.seconds} |
| most until all is embedded (${status}) | ${most} | ${seconds} |
| afterwards | ${now} | |`);
    break;
  }
} finally {
  await product.stop();
  await database?.close();
  await repository.remove();
}
