import type { Command, CommandForm } from './command.ts';

/** A command as the help and the completion know it. Its own modules are loaded only when it runs. */
export interface CommandEntry extends CommandForm {
  /** Its words and flags, as the help shows them. */
  readonly usage: string;
  readonly summary: string;
  readonly examples: readonly string[];
  /** Whether it starts syncs: only then may it open a worker where no server runs. */
  readonly works?: boolean;
  readonly load: () => Promise<{ readonly run: Command; readonly check?: CommandForm['check'] }>;
}

const place = ['branch', 'project', 'repository'] as const;

/** Every command that asks a server. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  sync: {
    usage: '<path, url or owner/name>… | --all, [--branch B] [--project P]',
    summary: 'connects repositories if necessary, syncs them, shows the progress',
    examples: [
      'sync .',
      'sync honojs/hono honojs/middleware --project web',
      'sync https://git.example.org/a/b.git --branch next',
      'sync --all --project web',
    ],
    flags: ['branch', 'project', 'all'],
    words: Infinity,
    needs: null,
    works: true,
    load: async () => {
      const { checkSync: check, sync: run } = await import('./sync.ts');
      return { run, check };
    },
  },
  watch: {
    usage: '[sync]',
    summary: 'follows a sync, or the newest one that is active',
    examples: ['watch', 'watch UHJvamVjdFN5bmM6…'],
    flags: ['project'],
    words: 1,
    needs: null,
    works: true,
    load: async () => ({ run: (await import('./watch.ts')).watch }),
  },
  cancel: {
    usage: '<sync>',
    summary: 'stops a sync; the state before it stays',
    examples: ['cancel UHJvamVjdFN5bmM6…'],
    flags: [],
    words: 1,
    needs: 'the ID of a sync, as history prints it',
    load: async () => ({ run: (await import('./cancel.ts')).cancel }),
  },
  search: {
    usage:
      '<words> [--project P] [--repository R] [--branch B] [--as-of SYNC] [--path P] [--kind K] [--limit N]',
    summary: 'searches the synced code and knowledge',
    examples: [
      'search retry with backoff',
      'search "sym:openDatabase"',
      'search timeout --kind DOC --limit 5',
    ],
    flags: [...place, 'as-of', 'path', 'kind', 'limit'],
    words: Infinity,
    needs: 'words to search for',
    load: async () => ({ run: (await import('./search.ts')).search }),
  },
  symbols: {
    usage: '<name> [--project P] [--branch B]',
    summary: 'finds definitions by their name',
    examples: ['symbols Router.add'],
    flags: ['branch', 'project'],
    words: 1,
    needs: 'a name',
    load: async () => ({ run: (await import('./code.ts')).symbols }),
  },
  references: {
    usage: '<symbol> [--project P] [--branch B]',
    summary: 'lists where a symbol is used, the surest first',
    examples: ['references Router.add --project web'],
    flags: ['branch', 'project'],
    words: 1,
    needs: 'the name of a symbol',
    load: async () => ({ run: (await import('./code.ts')).references }),
  },
  imports: {
    usage: '<path> [--project P] [--branch B]',
    summary: 'lists what a file imports, and which files import it',
    examples: ['imports src/index.ts'],
    flags: ['branch', 'project'],
    words: 1,
    needs: 'the path of a file',
    load: async () => ({ run: (await import('./code.ts')).imports }),
  },
  documents: {
    usage: '[path] [--project P] [--branch B]',
    summary: 'lists the documents of a snapshot, or prints one',
    examples: ['documents', 'documents modules/src --project web'],
    flags: ['branch', 'project'],
    words: 1,
    needs: null,
    load: async () => ({ run: (await import('./documents.ts')).documents }),
  },
  context: {
    usage: '<task> [--path P]… [--max-tokens N] [--project P] [--branch B]',
    summary: 'prints the rules, code and documents that serve a task',
    examples: ['context "add a retry to the importer" --path src/import --max-tokens 4000'],
    flags: ['branch', 'project', 'path', 'max-tokens'],
    words: Infinity,
    needs: 'a task',
    load: async () => ({ run: (await import('./context.ts')).context }),
  },
  rules: {
    usage: 'export | import <file> --project P, [--branch B]',
    summary: 'prints the documents with an authority as JSON, or stores such a file',
    examples: ['rules export --project web > rules.json', 'rules import rules.json --project web'],
    flags: ['branch', 'project'],
    words: 2,
    needs: 'export or import',
    load: async () => {
      const { checkRules: check, rules: run } = await import('./rules.ts');
      return { run, check };
    },
  },
  patterns: {
    usage: '[--project P] [--branch B]',
    summary: 'lists what the analysis found, the most urgent first',
    examples: ['patterns --project web'],
    flags: ['branch', 'project'],
    words: 0,
    needs: null,
    load: async () => ({ run: (await import('./patterns.ts')).patterns }),
  },
  notes: {
    usage: 'list | add <text> --title T | remove <note>, [--project P]',
    summary: 'lists, writes and removes notes of a project',
    examples: [
      'notes list',
      'notes add "It turns every six hours." --title "Mind the tide" --project harbour',
    ],
    flags: ['project', 'title'],
    words: 2,
    needs: 'list, add or remove',
    load: async () => {
      const { checkNotes: check, notes: run } = await import('./notes.ts');
      return { run, check };
    },
  },
  members: {
    usage: 'list | invite <e-mail> [--role VIEWER] | remove <e-mail>, [--project P]',
    summary: 'lists, invites and removes members of a project',
    examples: ['members list --project web', 'members invite ada@example.org --role EDITOR --project web'],
    flags: ['project', 'role'],
    words: 2,
    needs: 'list, invite or remove',
    load: async () => {
      const { checkMembers: check, members: run } = await import('./members.ts');
      return { run, check };
    },
  },
  webhooks: {
    usage:
      'list | create <url> [--events E,…] | remove <webhook> | deliveries <webhook> [--limit N] | redeliver <delivery> | receive <repository> | received <repository>, [--project P]',
    summary: 'webhooks of a project with their deliveries; the hook by which a Git server reports pushes',
    examples: [
      'webhooks create https://ci.example.org/hook --events SYNC_COMPLETED,SYNC_FAILED --project web',
      'webhooks list',
      'webhooks deliveries V2ViaG9vazo…',
      'webhooks receive honojs/hono',
    ],
    flags: ['project', 'events', 'limit'],
    words: 2,
    needs: 'list, create, remove, deliveries, redeliver, receive or received',
    load: async () => {
      const { checkWebhooks: check, webhooks: run } = await import('./webhooks.ts');
      return { run, check };
    },
  },
  plan: {
    usage: '<repository> [--branch B]',
    summary: 'shows what a sync would change and cost',
    examples: ['plan honojs/hono'],
    flags: ['branch', 'project'],
    words: 1,
    needs: 'a repository',
    load: async () => ({ run: (await import('./plan.ts')).planSync }),
  },
  status: {
    usage: '[--project P] [--branch B]',
    summary: 'lists each synced branch with its state',
    examples: ['status', 'status --project web --json'],
    flags: ['branch', 'project'],
    words: 0,
    needs: null,
    load: async () => ({ run: (await import('./status.ts')).status }),
  },
  history: {
    usage: '[--project P] [--branch B]',
    summary: 'lists past syncs, newest first',
    examples: ['history --branch main'],
    flags: ['branch', 'project'],
    words: 0,
    needs: null,
    load: async () => ({ run: (await import('./history.ts')).history }),
  },
  restore: {
    usage: '<sync or file>',
    summary: 'restores the snapshot of an earlier sync, or a backup',
    examples: ['restore UHJvamVjdFN5bmM6…', 'restore 2026-11-28.backup'],
    flags: [],
    words: 1,
    needs: 'the ID of a sync, as history prints it, or the file of a backup',
    works: true,
    load: async () => ({ run: (await import('./restore.ts')).restore }),
  },
  verify: {
    usage: '<repository> [--branch B] [--fix]',
    summary: 'compares the stored state with the source',
    examples: ['verify honojs/hono', 'verify . --fix'],
    flags: ['branch', 'project', 'fix'],
    words: 1,
    needs: 'a repository',
    works: true,
    load: async () => ({ run: (await import('./verify.ts')).verify }),
  },
  keys: {
    usage: 'create <name> [--scopes READ,SYNC] [--project P] | list | revoke <key>',
    summary: 'creates a key, which is shown once; lists and revokes keys',
    examples: ['keys create ci --scopes READ,SYNC', 'keys list', 'keys revoke QXBpS2V5…'],
    flags: ['scopes', 'project'],
    words: 2,
    needs: 'create, list or revoke',
    load: async () => {
      const { checkKeys: check, keys: run } = await import('./keys.ts');
      return { run, check };
    },
  },
  open: {
    usage: '[project] [--print]',
    summary: 'opens the web app in a browser, or prints its address',
    examples: ['open', 'open web --print'],
    flags: ['print'],
    words: 1,
    needs: null,
    load: async () => ({ run: (await import('./open.ts')).open }),
  },
};

/** Commands that need no server, or open what they need themselves. */
export const otherCommands: Readonly<
  Record<string, Omit<CommandEntry, keyof CommandForm | 'load' | 'works'>>
> = {
  serve: { usage: '', summary: 'starts the server', examples: ['serve'] },
  login: {
    usage: '<url> [--key K]',
    summary: 'stores the address and key of a server for later commands; the key may come on stdin',
    examples: ['login https://sync.example.org --key psk_…', 'login https://sync.example.org < key.txt'],
  },
  logout: { usage: '', summary: 'forgets the stored server', examples: ['logout'] },
  mcp: {
    usage: '[install <client>]',
    summary: 'serves the tools for language models on stdin and stdout, or enters them in a client',
    examples: ['mcp', 'mcp install claude-code', 'mcp install cursor'],
  },
  completion: {
    usage: '<bash, zsh or fish>',
    summary: 'prints the completion for a shell',
    examples: ['completion bash > ~/.local/share/bash-completion/completions/project-sync'],
  },
  backup: {
    usage: '<file> [--project P]',
    summary: 'writes the database, or one project, into a file',
    examples: ['backup 2026-11-28.backup', 'backup web.backup --project web'],
  },
  migrate: {
    usage: '[--dry-run]',
    summary: 'migrates the database without losing data',
    examples: ['migrate --dry-run', 'migrate'],
  },
  doctor: {
    usage: '',
    summary: 'checks everything needed, with remedies',
    examples: ['doctor', 'doctor --json'],
  },
  version: { usage: '', summary: 'prints the version', examples: ['version'] },
};
