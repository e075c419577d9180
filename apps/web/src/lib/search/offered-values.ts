/** A value by which hits can be narrowed, and how many of them have it. */
export interface OfferedValue {
  readonly value: string;
  readonly count: number;
}

const MOST = 12;

/** The values to choose from. A chosen one stays in sight, also where no hit has it any more. */
export function offeredValues(values: readonly OfferedValue[], chosen: readonly string[]): OfferedValue[] {
  const missing = chosen.filter((one) => values.every(({ value }) => value !== one));
  return [...missing.map((value) => ({ value, count: 0 })), ...values].slice(0, MOST);
}

/** The folders to choose from, by their addresses. Files of the root stand below no folder, so there is nothing to narrow to. */
export function offeredFolders(folders: readonly OfferedValue[], chosen: string): OfferedValue[] {
  return offeredValues(
    folders.filter(({ value }) => value !== '.'),
    chosen === '' ? [] : [chosen.replace(/\/$/, '')],
  );
}
