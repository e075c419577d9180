import pg from 'pg';

/** The name of the connection that listens for a process of this name. */
export const listenerName = (process: string): string => `${process} listener`;

/**
 * A connection that only listens. When the server restarts, the connection is lost and opened again. Listeners also
 * poll, so a missed hint costs a moment and no row.
 */
export class ServerListener {
  readonly #url: string;
  readonly #name: string;
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  #client: pg.Client | null = null;
  #connecting: Promise<void> | null = null;
  #retry: NodeJS.Timeout | null = null;
  #closed = false;

  /** `name` is what the server shows beside the connection. */
  constructor(url: string, name: string) {
    this.#url = url;
    this.#name = name;
  }

  async listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    const isNew = listeners.size === 0;
    this.#listeners.set(channel, listeners);
    listeners.add(onNotify);
    if (this.#client === null) await this.#connect();
    else if (isNew) await this.#client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    return () => {
      listeners.delete(onNotify);
      return Promise.resolve();
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#connecting?.catch(() => undefined);
    await this.#client?.end().catch(() => undefined);
  }

  #connect(): Promise<void> {
    this.#connecting ??= this.#open().finally(() => (this.#connecting = null));
    return this.#connecting;
  }

  async #open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      keepAlive: true,
      application_name: this.#name,
    });
    client.on('notification', ({ channel, payload }) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(payload ?? '');
    });
    const lost = () => {
      if (this.#client === client || this.#client === null) {
        this.#client = null;
        if (!this.#closed && this.#retry === null) {
          this.#retry = setTimeout(() => {
            this.#retry = null;
            this.#connect().catch(lost);
          }, 1000);
        }
      }
    };
    client.on('error', lost);
    client.on('end', lost);
    await client.connect();
    for (const channel of this.#listeners.keys())
      await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    this.#client = client;
  }
}
