/** The date and the tags that a letter states itself. */
export interface LetterFacts {
  readonly date: string | undefined;
  readonly tags: readonly string[];
}

/**
 * Reads a letter's date and tags from its front matter or its `Date:` and `Tags:` lines. Without them the date is that of
 * its file name or the first it mentions, and the tags are the #tags of its first lines.
 */
export function letterFacts(text: string, day?: string): LetterFacts {
  const start = text.slice(0, 2000);
  const date =
    /^\s*(?:\*\*)?date(?:\*\*)?\s*:\s*(?:\*\*)?\s*["']?(\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?)/im.exec(
      start,
    )?.[1] ??
    day ??
    /\b(\d{4}-\d{2}-\d{2})\b/.exec(start)?.[1];
  const listed = /^\s*(?:\*\*)?tags(?:\*\*)?\s*:\s*(?:\*\*)?\s*\[?([^\]\n]*)\]?/im.exec(start)?.[1];
  const tags =
    listed === undefined
      ? [...start.matchAll(/(?:^|\s)#([\p{L}][\p{L}\p{N}_-]{1,40})/gu)].map((match) => match[1] ?? '')
      : listed.split(',');
  return {
    date,
    tags: [
      ...new Set(tags.map((tag) => tag.trim().replace(/^["'#]+|["']+$/g, '')).filter((tag) => tag !== '')),
    ].slice(0, 30),
  };
}
