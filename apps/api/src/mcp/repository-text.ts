/**
 * Characters that are not seen but read: control characters, marks that turn the direction of a line, joiners without
 * width, and the tags with which a text can carry another one invisibly.
 */
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** Replaces what cannot be seen by its number, so that a model and its user read the same text. */
export function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(unseen, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/**
 * A name from a repository outside of a frame: a path, a title, the name of a definition. It stays on its line, so that a file whose
 * name has a line break says nothing in the words of this server.
 */
export function shownName(name: string): string {
  return unframed(visible(name)).replace(/[\t\n]/g, (sign) => `\\u{${sign.charCodeAt(0).toString(16)}}`);
}

const unframed = (text: string): string => text.replaceAll('⟦', '[[').replaceAll('⟧', ']]');

/**
 * Frames text of a repository, so that a model can tell it from the words of this server. The brackets of the frame are
 * replaced in the text itself, which therefore cannot end its frame.
 */
export function framed(source: string, text: string): string {
  const inside = unframed(visible(text));
  return `⟦text of ${shownName(source)}⟧\n${inside}${inside.endsWith('\n') ? '' : '\n'}⟦end⟧`;
}
