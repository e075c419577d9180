import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The packs of a repository with their sizes: what a fetch added is what it brought. */
export async function packsOf(repository: string): Promise<Map<string, number>> {
  const folder = join(repository, 'objects', 'pack');
  const sizes = new Map<string, number>();
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.endsWith('.pack'))
      sizes.set(name, (await stat(join(folder, name)).catch(() => null))?.size ?? 0);
  }
  return sizes;
}
