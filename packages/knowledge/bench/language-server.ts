import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** A place in a text as language servers count: lines and columns from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly items?: readonly unknown[] };
  readonly result?: unknown;
}

/** Starts a program that speaks the Language Server Protocol over its standard streams. */
export async function startServer(command: string, root: string) {
  const [program = '', ...args] = command.split(' ');
  const child = spawn(program, args, { cwd: root, stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting = new Map<number, (result: unknown) => void>();
  let last = 0;
  let rest = Buffer.alloc(0);

  const write = (message: object): void => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    child.stdin.write(body);
  };
  const take = (message: Message): void => {
    const { id, method, params } = message;
    if (method === undefined) {
      if (id !== undefined) waiting.get(id)?.(message.result);
      if (id !== undefined) waiting.delete(id);
    } else if (id !== undefined)
      // A server asks for its settings, and whether it may report its progress.
      write({
        id,
        result: method === 'workspace/configuration' ? (params?.items ?? []).map(() => ({})) : null,
      });
  };
  child.stdout.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = rest.indexOf('\r\n\r\n');
      const length = Number(
        /Content-Length: (\d+)/i.exec(rest.subarray(0, Math.max(0, head)).toString())?.[1],
      );
      if (head < 0 || rest.length < head + 4 + length) return;
      take(JSON.parse(rest.subarray(head + 4, head + 4 + length).toString()) as Message);
      rest = rest.subarray(head + 4 + length);
    }
  });

  const ask = (method: string, params: object): Promise<unknown> =>
    new Promise((resolve) => {
      waiting.set((last += 1), resolve);
      write({ id: last, method, params });
    });

  const uri = pathToFileURL(root).href;
  await ask('initialize', {
    processId: process.pid,
    rootUri: uri,
    workspaceFolders: [{ uri, name: 'root' }],
    capabilities: { workspace: { configuration: true, workspaceFolders: true } },
  });
  write({ method: 'initialized', params: {} });

  return {
    open: (path: string, languageId: string, text: string): void => {
      const document = { uri: pathToFileURL(path).href, languageId, version: 1, text };
      write({ method: 'textDocument/didOpen', params: { textDocument: document } });
    },
    close: (path: string): void => {
      write({
        method: 'textDocument/didClose',
        params: { textDocument: { uri: pathToFileURL(path).href } },
      });
    },
    definitions: (path: string, position: Position): Promise<unknown> =>
      ask('textDocument/definition', { textDocument: { uri: pathToFileURL(path).href }, position }),
    stop: (): void => {
      child.kill();
    },
  };
}

export type LanguageServer = Awaited<ReturnType<typeof startServer>>;
