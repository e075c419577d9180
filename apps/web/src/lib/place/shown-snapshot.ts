/** The part of the layout's data that says which state a page shows. */
interface ShownState {
  kept: { syncId: string | null } | null;
  past: { id: string } | null;
}

/** The sync whose snapshot a page reads, as variables of a query that leaves the snapshot out where there is none. */
export function shownSync({ kept, past }: ShownState): { sync: string; kept: boolean } {
  const sync = past?.id ?? kept?.syncId ?? '';
  return { sync, kept: sync !== '' };
}

/** The snapshot of a sync that was asked for by its ID; null where there is none. */
export function snapshotIn<Snapshot>(
  node:
    | { __typename: 'ProjectSync'; snapshot: Snapshot | null }
    | { __typename: Exclude<string, 'ProjectSync'>; snapshot?: never }
    | null
    | undefined,
): Snapshot | null {
  return node?.snapshot ?? null;
}
