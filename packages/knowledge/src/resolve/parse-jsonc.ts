/** Parses JSON with comments and trailing commas, as `tsconfig.json` is written. */
export function parseJsonc(text: string): unknown {
  let plain = '';
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const rest = text.slice(at, at + 2);
    if (text[at] === '"') {
      const end = endOfString(text, at);
      plain += text.slice(at, end);
      at = end;
    } else if (rest === '//') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (rest === '/*') {
      const end = text.indexOf('*/', at + 2);
      at = end < 0 ? text.length : end + 2;
    } else if (
      text[at] === ',' &&
      /^,(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*[}\]]/.test(text.slice(at, at + 2000))
    ) {
      at += 1;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  return JSON.parse(plain);
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"' || text[at] === '\n') return at + 1;
  }
  return text.length;
}
