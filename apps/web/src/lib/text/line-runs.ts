/** A run of characters of a line: its colours, and whether it matches the query. */
export interface Run {
  text: string;
  isMatch: boolean;
  light: string | null;
  dark: string | null;
}

/** A coloured run of a line. */
interface Token {
  text: string;
  light: string;
  dark: string;
}

/** A part of a text, by the offsets of its characters. */
export interface Range {
  start: number;
  end: number;
}

/** The lines of a snippet as runs: cut where a colour changes, and where a match begins or ends. */
export function snippetLines(
  text: string,
  matches: readonly Range[],
  tokens: { line: (index: number) => readonly Token[] | null } | null,
): Run[][] {
  let offset = 0;
  return text.split('\n').map((line, index) => {
    const start = offset;
    offset += line.length + 1;
    const within = matches
      .map((match) => ({ start: match.start - start, end: match.end - start }))
      .filter((match) => match.end > 0 && match.start < line.length);
    return lineRuns(line, within, tokens?.line(index) ?? null);
  });
}

/** The runs of one line, whose matches are given by their offsets in it. */
export function lineRuns(line: string, matches: readonly Range[], tokens: readonly Token[] | null): Run[] {
  const coloured = tokens ?? [{ text: line, light: null, dark: null }];
  const runs: Run[] = [];
  let at = 0;
  for (const { text, light, dark } of coloured) {
    const end = at + text.length;
    const cuts = matches.flatMap((match) => [match.start, match.end]).filter((cut) => cut > at && cut < end);
    const edges = [at, ...new Set(cuts.toSorted((a, b) => a - b)), end];
    for (const [index, from] of edges.slice(0, -1).entries()) {
      const to = edges[index + 1] ?? end;
      const isMatch = matches.some((match) => match.start <= from && match.end >= to);
      if (to > from) runs.push({ text: line.slice(from, to), isMatch, light, dark });
    }
    at = end;
  }
  return runs;
}
