import { readFile } from 'node:fs/promises';
import { bindMigrationAwareSqlAdapterFactory, type SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';

/** What the glue beside the WebAssembly file offers; its own types leave out what a bundler would call. */
interface Glue {
  readonly SchemaEngine: typeof SchemaEngine;
  __wbg_set_wasm(exports: Record<string, unknown>): void;
}

/** As much of WebAssembly as is needed: Node has it, but its types come with the browser's alone. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

const GLUE = '@prisma/schema-engine-wasm/schema_engine_bg';

let loaded: Promise<Glue> | null = null;

/**
 * Starts Prisma's schema engine in this process. Its binary form is downloaded from a host that a closed network does
 * not reach, and the package's own entry imports the .wasm file as a module, which Node does not do: so it is
 * put together here.
 */
export async function startSchemaEngine(schema: string, shadow: SqlDriverAdapter): Promise<SchemaEngine> {
  // Once per process: the glue keeps views of the first instance's memory.
  const glue = await (loaded ??= load());
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: shadow.adapterName,
    connect: () => Promise.resolve(shadow),
    connectToShadowDb: () => Promise.resolve(shadow),
  });
  return glue.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => undefined, factory);
}

async function load(): Promise<Glue> {
  // A panic is told to a global of the Prisma command line; without one the panic itself would be lost.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message(message: string) {
        throw new Error(`The schema engine panicked: ${message}`);
      },
    },
  });
  const glue: Glue = await import(GLUE);
  const file = new URL('schema_engine_bg.wasm', import.meta.resolve(GLUE));
  const { instance } = await WebAssembly.instantiate(await readFile(file), { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  const begin = instance.exports['__wbindgen_start'];
  if (typeof begin === 'function') begin();
  return glue;
}
