import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = fileURLToPath(new URL('..', import.meta.url));

/** One instance of graphql for sources and for packages alike; two refuse each other's types. */
const oneGraphql = [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }];

/** The rooms that Node runs, in the order of their tests: those that take longest come first. */
const rooms = [
  'apps/api',
  'packages/db',
  'packages/sync',
  'packages/knowledge',
  'packages/fake-github',
  'apps/web',
];

/** Files that take longest, which a fresh checkout has no times of: one of them at the end would keep one core waiting. */
const longest = [
  'access.spec',
  'example.spec',
  'history.spec',
  'injections.spec',
  'tenant-matrix',
  'statement-count',
  'ids-of-nothing',
  'cli',
  'corpus',
  'parity',
  'sync-faults',
  'consolidation',
  'check-drift',
  'github-faults',
  'mirror',
  'create-splitter',
  'openai-embedder',
  'split-time',
];

/** Room by room, since a worker keeps the modules of its room; within a room, the longest file first. */
class RoomByRoom extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const room = ({ project }: TestSpecification) => {
      const index = rooms.indexOf(project.name);
      return index === -1 ? rooms.length : index;
    };
    const isShort = ({ moduleId }: TestSpecification) =>
      Number(!longest.some((name) => moduleId.includes(`/${name}.`)));
    return (await super.sort(files)).sort((a, b) => room(a) - room(b) || isShort(a) - isShort(b));
  }
}

const room = (name: string, include = `${name}/src/**/*.test.ts`) => ({
  resolve: { alias: oneGraphql },
  test: {
    name,
    root,
    include: [include],
    environment: 'node' as const,
    // Not threads: one process with the memory of them all takes several times as long to start each Git.
    pool: 'forks' as const,
    // What a file leaves in a module is seen by those after it: loading all modules anew costs more than most files do.
    isolate: !rooms.includes(name),
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

export default defineConfig({
  test: {
    root,
    // More than the two cores have: a file that waits for Git, a server or its own database leaves a core to another.
    maxWorkers: 3,
    sequence: { sequencer: RoomByRoom },
    projects: [
      ...rooms.map((name) => room(name)),
      room('scripts', 'scripts/**/*.test.ts'),
      // A real Chromium over the built server: run by CI, by name.
      {
        ...room('browser', 'apps/web/e2e/*.spec.ts'),
        test: {
          ...room('browser', 'apps/web/e2e/*.spec.ts').test,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
