import type { BranchPage, SourceBranch } from '../ports/source.ts';
import type { RemoteRefs } from './git-runner.ts';

/** Returns a branch's name from its full reference; null for tags and other references. */
export function branchOf(ref: string | null): string | null {
  return ref?.startsWith('refs/heads/') === true ? ref.slice('refs/heads/'.length) : null;
}

/** Returns a branch's full reference; null if no branch can have this name, so that no request is needed. */
export function refOf(branch: string): string | null {
  const forbidden = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$|(^|\/)\.|\.lock(\/|$)/;
  return branch === '' || branch.length > 1024 || forbidden.test(branch) ? null : `refs/heads/${branch}`;
}

/** Returns one page of a remote's branches: the default branch first, then by byte. */
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
  // The cursor is the last name shown: the next page stays right even if that branch is deleted meanwhile.
  const start =
    after === undefined
      ? 0
      : found.findIndex((branch) => order(branch, { name: after, isDefault: after === main }) > 0);
  const branches = start < 0 ? [] : found.slice(start, start + first);
  const more = start >= 0 && start + first < found.length;
  return { branches, totalCount: found.length, endCursor: more ? (branches.at(-1)?.name ?? null) : null };
}
