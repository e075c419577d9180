import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A text that stays the same as long as an install would change nothing: by the lockfile, the manifests and what pnpm noted of
 * its last install, which any other install replaces.
 */
export function installedState(root) {
  const hash = createHash('sha256');
  const rooms = ['apps', 'packages'].flatMap((folder) =>
    existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => join(folder, name)) : [],
  );
  const files = [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'node_modules/.modules.yaml',
    ...['', ...rooms].map((room) => join(room, 'package.json')),
  ];
  for (const file of files.sort()) {
    const path = join(root, file);
    hash.update(`${file}\0${existsSync(path) ? readFileSync(path) : ''}\0`);
  }
  // A folder that was deleted by hand is in no manifest.
  for (const room of rooms.sort()) hash.update(`${room} ${existsSync(join(root, room, 'node_modules'))}\0`);
  return hash.digest('hex');
}
