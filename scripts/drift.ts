import { checkDrift } from '../packages/db/src/drift/check-drift.ts';
import { runtimeIsRight } from './run-step.ts';

// Proves that the migrations and prisma/schema.prisma agree, without a network: in memory, and on the server that
// TEST_DATABASE_URL names where it names one. Ends with 1 and the SQL between them where they do not.
runtimeIsRight();
const url = process.env['TEST_DATABASE_URL'] ?? '';
for (const [place, address] of [
  ['the embedded database', null],
  ...(url === '' ? [] : [['PostgreSQL', url] as const]),
] as const) {
  const drift = await checkDrift({ url: address });
  if (drift === null) console.log(`The migrations and the schema agree on ${place}.`);
  else {
    console.error(
      `The migrations and prisma/schema.prisma differ on ${place}. A new migration is missing:\n\n${drift}`,
    );
    process.exitCode = 1;
  }
}
