const LINES = 6;
const LONGEST = 240;

/** The lines that hold most of what was asked for, in their order. */
export function snippetOf(content: string, words: readonly string[]): string {
  const lines = content.split('\n');
  const wanted = words.filter((word) => word.length > 1);
  const scores = lines.map((line) => {
    const low = line.toLowerCase();
    return wanted.reduce((score, word) => score + (low.includes(word) ? word.length : 0), 0);
  });
  let best = 0;
  let bestScore = -1;
  for (let start = 0; start < lines.length; start += 1) {
    const score = scores.slice(start, start + LINES).reduce((sum, value) => sum + value, 0);
    if (score > bestScore) [best, bestScore] = [start, score];
  }
  return lines
    .slice(best, best + LINES)
    .map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line))
    .join('\n')
    .trimEnd();
}
