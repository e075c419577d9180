/** Ranges of characters that a reader cannot see, or that reorder what a reader sees. Line feeds and tabs are not among them. */
const RANGES: readonly (readonly [number, number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x1d173, 0x1d17a],
  // Tags and further variation selectors: whole sentences can be hidden in them.
  [0xe0000, 0xe0fff],
];

const escaped = (code: number): string => `\\u{${code.toString(16)}}`;
const invisible = new RegExp(
  `[${RANGES.map(([from, to]) => `${escaped(from)}-${escaped(to)}`).join('')}]`,
  'gu',
);
/** One selector after a pictograph, and a joiner between two, belong to the picture. */
const picture = /\p{Extended_Pictographic}\uFE0F?(?:\u200D\p{Extended_Pictographic}\uFE0F?)*/gu;

/** Writes every character that a reader cannot see by its number: text of a repository may hide sentences in them. */
export function showInvisible(text: string): string {
  const lines = text.toWellFormed().replaceAll(/\r\n?/g, '\n');
  let shown = '';
  let from = 0;
  for (const { 0: drawn, index } of lines.matchAll(picture)) {
    shown += escapedIn(lines.slice(from, index)) + drawn;
    from = index + drawn.length;
  }
  return shown + escapedIn(lines.slice(from));
}

function escapedIn(text: string): string {
  return text.replaceAll(invisible, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
