import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { didYouMean } from '../did-you-mean.ts';
import { EXIT, UsageError } from './command.ts';
import type { Surroundings } from './surroundings.ts';

interface Place {
  /** The file below the home folder, or in the current folder. */
  readonly file: (home: string) => string;
  /** The key under which the client lists its servers. */
  readonly key: string;
}

/** The settings files of known clients, each with JSON. */
const clients: Readonly<Record<string, Place>> = {
  'claude-code': { file: () => join(process.cwd(), '.mcp.json'), key: 'mcpServers' },
  'claude-desktop': {
    file: (home) =>
      process.platform === 'darwin'
        ? join(home, 'Library/Application Support/Claude/claude_desktop_config.json')
        : join(home, '.config/Claude/claude_desktop_config.json'),
    key: 'mcpServers',
  },
  cursor: { file: (home) => join(home, '.cursor/mcp.json'), key: 'mcpServers' },
  gemini: { file: (home) => join(home, '.gemini/settings.json'), key: 'mcpServers' },
  vscode: { file: () => join(process.cwd(), '.vscode/mcp.json'), key: 'servers' },
  windsurf: { file: (home) => join(home, '.codeium/windsurf/mcp_config.json'), key: 'mcpServers' },
};

/** The command that a client starts: this program, by the very Node that runs it now. */
function entry(): { command: string; args: string[] } {
  return {
    command: process.execPath,
    args: [fileURLToPath(new URL('../cli.ts', import.meta.url)), 'mcp'],
  };
}

/** Enters the server in a client's settings, and leaves everything else there as it is. */
export async function installMcp(
  wanted: { readonly action: string; readonly client: string | undefined; readonly print: boolean },
  { environment, output }: Surroundings,
): Promise<number> {
  const { action, client = '', print } = wanted;
  const names = Object.keys(clients);
  if (action !== 'install') throw new UsageError(`mcp takes install, not ${action}.`);
  const place = Object.hasOwn(clients, client) ? clients[client] : undefined;
  if (place === undefined)
    throw new UsageError(
      `mcp install takes ${names.join(', ')}.${client === '' ? '' : didYouMean(client, names)}`,
    );
  const file = place.file(environment['HOME'] ?? homedir());
  const settings = await settingsIn(file);
  const servers = z.record(z.string(), z.unknown()).catch({}).parse(settings[place.key]);
  const text = `${JSON.stringify({ ...settings, [place.key]: { ...servers, 'project-sync': entry() } }, null, 2)}\n`;
  if (print) {
    output.log(text.trimEnd());
    return EXIT.done;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  output.log(
    `${client} starts project-sync from now on; it is entered in ${file}. Restart ${client} to use it.`,
  );
  return EXIT.done;
}

async function settingsIn(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null || text.trim() === '') return {};
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${file} is no JSON object, so nothing is entered there. Correct it, or use --print.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
