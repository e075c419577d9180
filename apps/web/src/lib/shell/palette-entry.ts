/** The kinds of what the palette leads to, in the order in which they are shown. */
const ENTRY_KINDS = [
  'page',
  'action',
  'symbol',
  'file',
  'sync',
  'branch',
  'document',
  'project',
  'search',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** One line of the palette: an address, or an action. */
export interface PaletteEntry {
  kind: EntryKind;
  label: string;
  /** Tells it from others of the same name. */
  detail: string;
  href?: string;
  run?: () => void;
}

/** The entries in the order of the screen, which the arrow keys follow. Kinds without any are left out. */
export function groupEntries(
  entries: readonly PaletteEntry[],
): { kind: EntryKind; entries: readonly PaletteEntry[]; from: number }[] {
  let from = 0;
  return ENTRY_KINDS.flatMap((kind) => {
    const own = entries.filter((entry) => entry.kind === kind);
    if (own.length === 0) return [];
    const group = { kind, entries: own, from };
    from += own.length;
    return [group];
  });
}

/** The number of a sync that is typed, with or without its sign; null for other words. */
export function syncNumberIn(query: string): number | null {
  const match = /^#?(\d{1,9})$/.exec(query.trim());
  return match === null ? null : Number(match[1]);
}
