import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { ParseArgsConfig } from 'node:util';

/** The options of a program that say which crate is documented, and how it is built. */
export const crateOptions = {
  root: { type: 'string', default: '.' },
  crate: { type: 'string', default: 'src/lib.rs' },
  edition: { type: 'string', default: '2021' },
  cfg: { type: 'string', multiple: true, default: [] },
  needs: { type: 'string', multiple: true, default: [] },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

/** The crate that these options name. */
interface DocumentedCrate {
  readonly root: string;
  readonly crate: string;
  readonly edition: string;
  readonly cfg: readonly string[];
  /** Crates that are built before, as NAME=FILE. */
  readonly needs: readonly string[];
}

/** Builds what a crate needs, and lets rustdoc document all of its items in a folder. */
export function documentCrate(
  { root, crate, edition, cfg, needs }: DocumentedCrate,
  to: string,
  more: readonly string[],
): void {
  const env = { ...process.env, RUSTC_BOOTSTRAP: '1' };
  const options = ['--edition', edition, '--cap-lints', 'allow', ...cfg.flatMap((each) => ['--cfg', each])];
  const built = needs.flatMap((each) => {
    const [name = '', path = ''] = each.split('=', 2);
    const kind = ['--crate-name', name, '--crate-type', 'rlib', '--emit', 'metadata', '--out-dir', to];
    execFileSync('rustc', [path, ...kind, ...options], { cwd: root, env, stdio: 'ignore' });
    return ['--extern', `${name}=${join(to, `lib${name}.rmeta`)}`];
  });
  const own = ['--crate-type', 'lib', '--crate-name', 'own', '-L', to, '-o', to, ...options, ...built];
  execFileSync('rustdoc', [crate, ...own, '-Zunstable-options', '--document-private-items', ...more], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
