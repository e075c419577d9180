/** A word by which a language defines something, before its name. A word of a type or a modifier may stand between. */
const DEFINING =
  /(?:^|[^\w$.])(?:alias|class|const|def|define|enum|extension|fn|fun|func|function|impl|interface|let|macro|macro_rules!|mod|module|namespace|object|protocol|record|rpc|message|service|struct|sub|table|trait|type|typedef|union|val|var|view)\s(?:[^=(]|\([^)]*\)\s)*$/i;
/** All that may stand before a member that is named without such a word: modifiers and types. */
const MEMBER = /^\s*(?:[\w$<>[\],.:?*&@]+\s+)*[*&#$@:'"]*$/;
const USING =
  /(?:^|\s)(?:and|await|assert|case|delete|elif|else|extends|from|if|implements|import|in|include|new|not|of|or|raise|require|return|throw|typeof|until|use|using|while|yield)\s/;
/** Imports, and lists of names that are passed on. */
const PASSED_ON = /^\s*(?:import|from|use|using|export\s*(?:type\s*)?[{*])\b/;
const COMMENT = /^\s*(?:\/\/|\/\*|\*|#(?!\s*define)|--|;;)/;
/** A call that is a statement of its own. */
const CALL = /^\s*\([^{]*\)?\s*[;,)]*\s*$/;
/** A longer line is minified, and as a snippet says nothing. */
const LONGEST = 2000;

/**
 * The row of a text on which a name is most likely defined: where a word that defines stands before it, or the line declares it as
 * a member; else the first row that has it, outside of comments if one is. Null where none has it.
 */
export function definitionRow(lines: readonly string[], name: string): number | null {
  let found: number | null = null;
  let most = 0;
  for (const [row, line] of lines.entries()) {
    const likely = line.length > LONGEST ? 0 : likelihood(line, name);
    if (likely > most) [found, most] = [row, likely];
  }
  return found;
}

/** From 0, where a line lacks the name, to 4, where a word before it says that it is defined there. */
function likelihood(line: string, name: string): number {
  let most = 0;
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + name.length)) {
    const before = line.slice(0, at);
    const after = line.slice(at + name.length);
    if (/\w$/.test(before) || (/\w$/.test(name) && /^[\w$]/.test(after))) continue;
    most = Math.max(most, COMMENT.test(line) ? 1 : uses(before, after) ? 2 : DEFINING.test(before) ? 4 : 3);
  }
  return most;
}

function uses(before: string, after: string): boolean {
  if (PASSED_ON.test(before)) return true;
  const defining = DEFINING.exec(before)?.[0];
  if (defining !== undefined) return USING.test(defining);
  return USING.test(before) || !MEMBER.test(before) || (CALL.test(after) && !/\S\s/.test(before));
}
