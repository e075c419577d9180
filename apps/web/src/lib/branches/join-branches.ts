/** The branches at the source, the default one first, and after them those that only we have. */
export function joinBranches<Row extends { name: string; isDefault: boolean }>(
  there: { totalCount: number; nodes: readonly Row[] } | null,
  here: readonly Row[],
): { branches: (Row & { isGone: boolean })[]; total: number } {
  const atSource = there?.nodes ?? [];
  const names = new Set(atSource.map(({ name }) => name));
  // Behind a full page of the source's list nothing is known about the rest.
  const isWhole = there !== null && there.totalCount === atSource.length;
  const ours = here.filter(({ name }) => !names.has(name) && (there === null || isWhole));
  return {
    branches: [
      ...atSource
        .toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault))
        .map((branch) => ({ ...branch, isGone: false })),
      ...ours.map((branch) => ({ ...branch, isGone: isWhole })),
    ],
    total: (there?.totalCount ?? 0) + ours.length,
  };
}
