import type { Database } from './database.ts';
import { openEmbedded, type EmbeddedOptions } from './embedded/open-embedded.ts';
import { openServer, type ServerOptions } from './server/open-server.ts';

/** Which database: a folder or memory of this process, or a server. */
export type DatabaseOptions =
  ({ readonly kind: 'embedded' } & EmbeddedOptions) | ({ readonly kind: 'postgres' } & ServerOptions);

/** Opens a database. What makes it unusable is thrown as `DbError`. */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.kind === 'embedded' ? openEmbedded(options) : openServer(options);
}
