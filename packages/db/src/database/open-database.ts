import type { Database } from './database.ts';
import { openEmbedded, type EmbeddedOptions } from './embedded/open-embedded.ts';
import { openServer, type ServerOptions } from './server/open-server.ts';

/** The database to open: a folder or the memory of this process, or a server. */
export type DatabaseOptions =
  ({ readonly kind: 'embedded' } & EmbeddedOptions) | ({ readonly kind: 'postgres' } & ServerOptions);

/** Opens a database. Throws `DbError` when it cannot be used. */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.kind === 'embedded' ? openEmbedded(options) : openServer(options);
}
