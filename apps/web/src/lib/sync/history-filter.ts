import type { Place } from '../place/place.ts';
import { addressWith } from '../text/address-with.ts';

const STATUSES = ['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
const TRIGGERS = ['MANUAL', 'WEBHOOK', 'SCHEDULE', 'RESTORE'] as const;
/** The syncs of one branch, of all branches of the repository, or of the whole project. */
export const EXTENTS = ['branch', 'repository', 'all'] as const;

type SyncStatus = (typeof STATUSES)[number];
type SyncTrigger = (typeof TRIGGERS)[number];
type Extent = (typeof EXTENTS)[number];

/** The syncs that a page of the history shows, as its address says. */
export interface HistoryFilter {
  of: Extent;
  status: SyncStatus | null;
  trigger: SyncTrigger | null;
  /** The ID of the user who asked. */
  by: string | null;
  /** The number of rows that are shown. */
  rows: number;
}

/** The rows of the first page, and of each further one. */
export const ROWS = 50;
/** The most rows of one page: older syncs are found by a filter. */
export const MOST_ROWS = 1000;

type Query = Pick<URLSearchParams, 'get'>;
type Address = Pick<URL, 'pathname' | 'search'>;

/** Reads the filter from an address. A value that is none counts as no filter. */
export function filterIn({ searchParams }: { searchParams: Query }): HistoryFilter {
  const one = <Value extends string>(name: string, values: readonly Value[]): Value | null =>
    values.find((value) => value === searchParams.get(name)) ?? null;
  return {
    of: one('of', EXTENTS) ?? 'branch',
    status: one('status', STATUSES),
    trigger: one('trigger', TRIGGERS),
    by: searchParams.get('by') || null,
    rows: rowsIn({ searchParams }),
  };
}

/** The number of rows that an address asks for. */
export function rowsIn({ searchParams }: { searchParams: Query }): number {
  const rows = Number.parseInt(searchParams.get('rows') ?? '', 10);
  return Number.isFinite(rows) ? Math.min(MOST_ROWS, Math.max(ROWS, rows)) : ROWS;
}

/** The address of the same page with more rows. */
export function withRows(address: Address, rows: number): string {
  const query = new URLSearchParams(address.search);
  query.delete('after');
  query.set('rows', String(Math.min(MOST_ROWS, rows)));
  return addressWith(address, query);
}

/** The address of the same page under another filter, from its first row on. An empty value is no filter. */
export function withFilter(address: Address, change: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(address.search);
  query.delete('rows');
  query.delete('after');
  for (const [name, value] of Object.entries(change)) {
    if (value === '') query.delete(name);
    else query.set(name, value);
  }
  return addressWith(address, query);
}

/** Whether anything but the extent narrows the list. */
export function isNarrowed({ status, trigger, by }: HistoryFilter): boolean {
  return status !== null || trigger !== null || by !== null;
}

/** The variables of a question for these syncs. */
export function syncVariables(
  { of, status, trigger, by }: HistoryFilter,
  place: Pick<Place, 'repository'> & { branch: string | null },
) {
  return {
    repositoryId: of === 'all' ? null : place.repository,
    branch: of === 'branch' ? place.branch : null,
    status: status === null ? null : [status],
    triggers: trigger === null ? null : [trigger],
    requestedBy: by,
  };
}
