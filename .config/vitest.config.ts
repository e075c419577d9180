import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** One instance of graphql for sources and for packages alike; two refuse each other's types. */
const oneGraphql = [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }];

const room = (name: string, include = `${name}/src/**/*.test.ts`) => ({
  resolve: { alias: oneGraphql },
  test: {
    name,
    root,
    include: [include],
    environment: 'node' as const,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

export default defineConfig({
  test: {
    root,
    maxWorkers: 2,
    projects: [
      room('packages/knowledge'),
      room('packages/sync'),
      room('packages/fake-github'),
      room('packages/db'),
      room('apps/api'),
      room('scripts', 'scripts/**/*.test.ts'),
      room('apps/web'),
      // A real Chromium over the built server: run by CI, by name.
      {
        ...room('browser', 'apps/web/e2e/*.spec.ts'),
        test: {
          ...room('browser', 'apps/web/e2e/*.spec.ts').test,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
