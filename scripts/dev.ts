import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, run, runtimeIsRight, toolEnvironment } from './run-step.ts';

// `npm run dev`: the server restarts when a source of it changes, and the web app reloads in place. The app is served
// by Vite on port 5173, which passes API requests on to the server on port 4000; the sign-in link leads to the app.
runtimeIsRight();
await run('node', ['scripts/generate.ts'], { quiet: true });
const app = 'http://127.0.0.1:5173';
const env = toolEnvironment({ PUBLIC_URL: process.env['PUBLIC_URL'] ?? app });
const children = [
  spawn('node', ['--watch', '--watch-preserve-output', 'apps/api/src/main.ts'], {
    cwd: root,
    env,
    stdio: 'inherit',
  }),
  spawn('vite', ['dev', '--host', '127.0.0.1', '--port', '5173', '--strictPort'], {
    cwd: join(root, 'apps/web'),
    env,
    stdio: 'inherit',
  }),
];
const stop = (signal: NodeJS.Signals): void => children.forEach((child) => void child.kill(signal));
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
for (const child of children)
  child.once('exit', (code) => {
    process.exitCode ??= code ?? 0;
    stop('SIGTERM');
  });
