import { startFakeGitHub, type FakeGitHub, type FakeGitHubOptions } from '@project-sync/fake-github';
import type { Source } from '../../ports/source.ts';
import { createRepository, type FileChange, type TestRepository } from '../../testing/index.ts';
import type { Credentials } from '../credentials.ts';
import { githubSource, type GitHubSourceOptions } from '../github-source.ts';
import { VirtualClock } from '../../http-api/testing/virtual-clock.ts';

/** A repository `acme/widget`, a fake GitHub that serves it, and their common clock. */
export interface World {
  readonly repository: TestRepository;
  readonly github: FakeGitHub;
  readonly clock: VirtualClock;
  source(options?: Partial<GitHubSourceOptions>): Source;
  close(): Promise<void>;
}

let tokens = 0;

/** Returns a token that no other test uses: rate limits are kept per token, for the whole process. */
export function freshToken(): { readonly kind: 'token'; readonly token: string } {
  tokens += 1;
  return { kind: 'token', token: `ghp_${String(tokens).padStart(36, 't')}` };
}

export async function createWorld(options: FakeGitHubOptions = {}): Promise<World> {
  const repository = await createRepository();
  const clock = new VirtualClock();
  const github = await startFakeGitHub({
    repositories: { 'acme/widget': repository.path },
    clock,
    ...options,
  });
  return {
    repository,
    github,
    clock,
    source(changed = {}) {
      const credentials: Credentials = freshToken();
      return githubSource({
        repository: { owner: 'acme', name: 'widget' },
        credentials,
        apiUrl: github.url,
        clock,
        ...changed,
      });
    },
    async close() {
      await github.close();
      await repository.remove();
    },
  };
}

/** Returns the given number of small files, in twelve folders. */
export function manyFiles(count: number, text = 'first'): Record<string, FileChange> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `src/part${index % 12}/file${index}.ts`,
      `${text} ${index}\n`,
    ]),
  );
}
