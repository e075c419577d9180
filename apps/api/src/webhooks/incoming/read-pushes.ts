import { z } from 'zod';

/** The Git servers whose deliveries are known. `generic` is any program that signs `{"branch": …}`. */
export type Forge = 'github' | 'gitlab' | 'gitea' | 'bitbucket' | 'generic';

/** A branch that moved, and the commit it points to now where the delivery says so. */
export interface Pushed {
  readonly branch: string;
  readonly commitOid: string | null;
}

/** The most branches of one delivery; the others are found by polling or the next push. */
const MOST_BRANCHES = 100;

const name = z.string().min(1).max(1000);
const oid = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

/** A push as GitHub, GitLab, Gitea and Forgejo report it: one ref, and zeros for a branch that is gone. */
const push = z
  .object({ ref: z.string(), after: oid.nullish(), deleted: z.boolean().nullish() })
  .transform(({ ref, after, deleted }) => [{ ref, oid: after ?? null, gone: deleted === true }]);
const cloud = z
  .object({
    push: z.object({
      changes: z.array(
        z.object({
          new: z
            .object({ type: z.string(), name, target: z.object({ hash: oid }).nullish() })
            .nullable()
            .optional(),
        }),
      ),
    }),
  })
  .transform(({ push: { changes } }) =>
    changes.flatMap(({ new: now }) =>
      now == null || now.type !== 'branch'
        ? []
        : [{ ref: `refs/heads/${now.name}`, oid: now.target?.hash ?? null, gone: false }],
    ),
  );
const dataCenter = z
  .object({
    changes: z.array(z.object({ ref: z.object({ id: z.string() }), type: z.string(), toHash: oid })),
  })
  .transform(({ changes }) =>
    changes.map(({ ref, type, toHash }) => ({ ref: ref.id, oid: toHash, gone: type === 'DELETE' })),
  );
const generic = z
  .object({ branch: name, commit: oid.nullish() })
  .transform(({ branch, commit }) => [{ ref: `refs/heads/${branch}`, oid: commit ?? null, gone: false }]);

type Ref = { readonly ref: string; readonly oid: string | null; readonly gone: boolean };
const anyBitbucket = z.union([cloud, dataCenter]);

/** The event that reports a push, and the form of its body. */
const forms: Readonly<
  Record<Forge, { readonly isPush: (event: string) => boolean; readonly body: z.ZodType<Ref[]> }>
> = {
  github: { isPush: (event) => event === 'push', body: push },
  gitlab: { isPush: (event) => event === 'Push Hook', body: push },
  gitea: { isPush: (event) => event === 'push', body: push },
  bitbucket: {
    isPush: (event) => event === 'repo:push' || event === 'repo:refs_changed',
    body: anyBitbucket,
  },
  generic: { isPush: () => true, body: generic },
};

/** The branches that a delivery reports; null for another event than a push, undefined for a body of another form. */
export function readPushes(forge: Forge, event: string, body: unknown): Pushed[] | null | undefined {
  const form = forms[forge];
  if (!form.isPush(event)) return null;
  const refs = form.body.safeParse(body);
  if (!refs.success) return undefined;
  const moved = new Map<string, string | null>();
  for (const { ref, oid: commit, gone } of refs.data) {
    const branch = /^refs\/heads\/(.+)$/s.exec(ref)?.[1];
    const isGone = gone || (commit !== null && /^0+$/.test(commit));
    if (branch !== undefined && !branch.includes('\0') && !isGone) moved.set(branch, commit);
  }
  return [...moved].slice(0, MOST_BRANCHES).map(([branch, commitOid]) => ({ branch, commitOid }));
}
