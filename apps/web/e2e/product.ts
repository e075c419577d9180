import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';

/** The checkout that the product is started from. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Flags that stop Debian's Chromium from contacting its vendor. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the browser of this machine, without a window. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: flags });
}

/** The built product in a process of its own, with a browser that is signed in by the link it printed. */
export class Product {
  readonly folder: string;
  readonly repository: string;
  browser!: Browser;
  context!: BrowserContext;
  page!: Page;
  url = '';
  /** Errors of the page and violations of its content security policy: a test ends with none. */
  readonly complaints: string[] = [];
  #server: ChildProcess | undefined;
  #port = 0;
  #environment: Record<string, string | undefined>;
  /** Whether the data of this run is left for the next one. */
  readonly #isKept: boolean;

  /** `environment` overrides the test's own; undefined removes a variable. A folder that is named stays. */
  constructor(environment: Record<string, string | undefined> = {}, folder?: string) {
    this.#environment = environment;
    this.#isKept = folder !== undefined;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), 'project-sync-'));
    this.repository = join(this.folder, 'repositories', 'harbour');
  }

  async start(): Promise<void> {
    const link = await this.serve();
    this.browser = await launchBrowser();
    this.context = await this.browser.newContext();
    this.page = await this.context.newPage();
    this.page.on('pageerror', (error) => {
      // urql reports a stream that was left while it was read; nothing is wrong.
      if (error.message !== 'signal is aborted without reason') this.complaints.push(error.message);
    });
    this.page.on('console', (message) => {
      if (/Content Security Policy|violates/.test(message.text())) this.complaints.push(message.text());
    });
    await this.page.goto(link);
  }

  /**
   * Starts the server and returns the address it prints: a sign-in link on an empty database, its plain address after
   * `halt`, where it runs on the same port and data.
   */
  async serve(): Promise<string> {
    const server = spawn(join(root, 'node_modules/.bin/node'), ['apps/api/src/main.ts'], {
      cwd: root,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: this.folder,
        PORT: String(this.#port),
        DATA_DIR: join(this.folder, 'data'),
        LOCAL_REPOSITORIES: join(this.folder, 'repositories'),
        LOG_LEVEL: 'error',
        // Every server loads the same modules: the first compiles them for all.
        NODE_COMPILE_CACHE: join(root, '.tmp', 'compiled'),
        ...this.#environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#server = server;
    const link = await new Promise<string>((resolve, reject) => {
      let printed = '';
      server.stdout.on('data', (part: Buffer) => {
        printed += part.toString();
        const found = /^ {2}(https?:\/\/\S+)\n/m.exec(printed)?.[1];
        if (found !== undefined) resolve(found);
      });
      server.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${printed}`)));
    });
    this.url = new URL(link).origin;
    this.#port = Number(new URL(link).port);
    return link;
  }

  /** Ends the server: gracefully, or like a power cut. */
  async halt(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await ended;
  }

  async stop(): Promise<void> {
    await this.browser?.close();
    await this.halt();
    if (!this.#isKept) rmSync(this.folder, { recursive: true, force: true });
  }

  /** Asks the API as the signed-in user. */
  async ask<Answer>(query: string, variables: object = {}): Promise<Answer> {
    const answer = await this.context.request.post(`${this.url}/graphql`, {
      headers: { 'x-graphql-yoga-csrf': '1' },
      data: { query, variables },
    });
    return (await answer.json()).data;
  }

  /** Connects a repository through the app, to a project if it is named, and returns how the sync of its default branch ended. */
  async firstSync(repository = this.repository, project?: string): Promise<string> {
    await this.page.goto(`${this.url}/connect${project === undefined ? '' : `?project=${project}`}`);
    await this.page.getByLabel('Repository address').fill(repository);
    await this.page.getByRole('button', { name: 'Connect', exact: true }).click();
    await this.page.getByRole('button', { name: 'Sync this branch' }).click();
    return outcomeOf(this.page);
  }

  /** Writes files and commits them on a branch of a repository; the first call makes it. */
  commit(
    files: Record<string, string>,
    { branch = 'main', message = 'A change', repository = this.repository, author = 'Author' } = {},
  ): void {
    mkdirSync(repository, { recursive: true });
    const git = (...words: string[]) =>
      execFileSync('git', words, {
        cwd: repository,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: gitEnvironment(this.folder),
      });
    try {
      git('rev-parse', '--git-dir');
    } catch {
      git('init', '--quiet', '--initial-branch=main');
    }
    try {
      git('checkout', '--quiet', branch);
    } catch {
      git('checkout', '--quiet', '-b', branch);
    }
    for (const [path, text] of Object.entries(files)) {
      const file = join(repository, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    git('add', '--all');
    const by = `${author} <author@example.org>`;
    git('commit', '--quiet', '--allow-empty', '--author', by, '--message', message);
  }

  /** Renames a file and commits it on the checked-out branch. */
  rename(from: string, to: string): void {
    const options = { cwd: this.repository, env: gitEnvironment(this.folder) };
    execFileSync('git', ['mv', from, to], options);
    execFileSync('git', ['commit', '--quiet', '--message', 'A new name'], options);
  }

  /** Creates branches of these names at the head of the main line, in one process. */
  branch(names: readonly string[]): void {
    const options = { cwd: this.repository, env: gitEnvironment(this.folder) };
    const head = execFileSync('git', ['rev-parse', 'HEAD'], options).toString().trim();
    const orders = names.map((name) => `create refs/heads/${name}\0${head}\0`).join('');
    execFileSync('git', ['update-ref', '--stdin', '-z'], { ...options, input: orders });
  }
}

/** Less than a test may take, so that the test says why no sync ended. */
const MOST_OF_A_SYNC = 150_000;

/** Waits until the banner shows how the sync ended, and dismisses it. Where none ends, the error has what the page says instead. */
export async function outcomeOf(page: Page): Promise<string> {
  const banner = page.locator(
    '[data-testid="sync-banner"]:is([data-status="COMPLETED"], [data-status="FAILED"], [data-status="CANCELLED"])',
  );
  try {
    await banner.waitFor({ timeout: MOST_OF_A_SYNC });
  } catch (cause) {
    const said = await page.locator('[role="alert"], [data-testid="sync-banner"]').allInnerTexts();
    throw new Error(`No sync ended here. The page says: ${said.join(' | ') || 'nothing'}`, { cause });
  }
  const status = (await banner.getAttribute('data-status')) ?? '';
  await banner.getByRole('button', { name: 'Dismiss' }).click();
  return status;
}

function gitEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Author',
    GIT_AUTHOR_EMAIL: 'author@example.org',
    GIT_COMMITTER_NAME: 'Author',
    GIT_COMMITTER_EMAIL: 'author@example.org',
  };
}
