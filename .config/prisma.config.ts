import { fileURLToPath } from 'node:url';
import { defineConfig } from 'prisma/config';

// The schema engine's binary is downloaded from a host that a closed network does not reach, and `generate` only
// checks that some executable is named. Migrations run through the engine's WebAssembly build instead.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

export default defineConfig({
  schema: fileURLToPath(new URL('../prisma/schema.prisma', import.meta.url)),
});
