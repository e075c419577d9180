/** The known names nearest to a wrong one, as the end of a sentence; empty where none is near. */
export function didYouMean(wrong: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, distance: distanceOf(wrong.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 3)))
    .toSorted((a, b) => a.distance - b.distance)
    .filter(({ distance }, _index, all) => distance <= (all[0]?.distance ?? 0))
    .slice(0, 3)
    .map(({ name }) => name);
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}

/** The number of letters to change, add or take away; a part of a longer name counts as near. */
function distanceOf(a: string, b: string): number {
  if (a !== '' && b.includes(a)) return 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j += 1)
      next.push(
        Math.min(
          (next[j - 1] ?? 0) + 1,
          (row[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + (letter === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row.at(-1) ?? b.length;
}
