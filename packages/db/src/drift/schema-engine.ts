import { readFile } from 'node:fs/promises';
import { bindMigrationAwareSqlAdapterFactory, type SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';

/** The module beside the WebAssembly file. Its own types leave out the part that a bundler would call. */
interface Glue {
  readonly SchemaEngine: typeof SchemaEngine;
  __wbg_set_wasm(exports: Record<string, unknown>): void;
}

/** The part of WebAssembly that is used here. Node has it, but its types come only with the browser's. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

const GLUE = '@prisma/schema-engine-wasm/schema_engine_bg';

let loaded: Promise<Glue> | null = null;

/**
 * Starts Prisma's schema engine in this process. Its binary form is downloaded from a host that a closed network cannot
 * reach, and the package's entry imports the .wasm file as a module, which Node does not support: so it is loaded here.
 */
export async function startSchemaEngine(schema: string, shadow: SqlDriverAdapter): Promise<SchemaEngine> {
  // Once per process: the module keeps views of the first instance's memory.
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
  // The engine reports a panic to a global of Prisma's command line; without one the panic would be lost.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message(message: string) {
        throw new Error(`The schema engine panicked: ${message}`);
      },
    },
  });
  const glue = (await import(GLUE)) as Glue;
  const file = new URL('schema_engine_bg.wasm', import.meta.resolve(GLUE));
  const { instance } = await WebAssembly.instantiate(await readFile(file), { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  const begin = instance.exports['__wbindgen_start'];
  if (typeof begin === 'function') Reflect.apply(begin, undefined, []);
  return glue;
}
