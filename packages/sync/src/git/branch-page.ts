import type { BranchPage, SourceBranch } from '../ports/source.ts';
import type { RemoteRefs } from './git-runner.ts';

/** The name of a branch by its full reference; null for tags and the like. */
export function branchOf(ref: string | null): string | null {
  return ref?.startsWith('refs/heads/') === true ? ref.slice('refs/heads/'.length) : null;
}

/** The full reference of a branch; null where no branch can have this name, which then need not be asked for. */
export function refOf(branch: string): string | null {
  const forbidden = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$|(^|\/)\.|\.lock(\/|$)/;
  return branch === '' || branch.length > 1024 || forbidden.test(branch) ? null : `refs/heads/${branch}`;
}

/** One page of what a remote listed, the default branch first, then by byte. */
export function branchPage(
  refs: RemoteRefs,
  { query, first, after }: { query?: string; first: number; after?: string },
): BranchPage {
  const main = branchOf(refs.head);
  const wanted = (query ?? '').toLowerCase();
  const found: SourceBranch[] = [];
  for (const [ref, headOid] of refs.oids) {
    const name = branchOf(ref);
    if (name !== null && name.toLowerCase().includes(wanted))
      found.push({ name, headOid, isDefault: name === main });
  }
  const order = (a: SourceBranch, b: { name: string; isDefault: boolean }): number =>
    Number(b.isDefault) - Number(a.isDefault) || Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
  found.sort(order);
  // The cursor is the last name that was shown: the page after it stays right while branches come and go, its own too.
  const start =
    after === undefined
      ? 0
      : found.findIndex((branch) => order(branch, { name: after, isDefault: after === main }) > 0);
  const branches = start < 0 ? [] : found.slice(start, start + first);
  const more = start >= 0 && start + first < found.length;
  return { branches, totalCount: found.length, endCursor: more ? (branches.at(-1)?.name ?? null) : null };
}
