/** Lines that are C++ and no C: their headers have the same ending. */
const CPLUSPLUS =
  /^\s*(?:namespace(?:\s+[\w:]+)?\s*\{?\s*$|template\s*<|(?:public|private|protected)\s*:|class\s+\w+[^;*]*\{?\s*$|using\s+(?:namespace\s|\w+\s*=)|constexpr\s|#\s*include\s*<(?:string|vector|memory|utility|cstdint|type_traits|functional)>)/;
const LONGEST = 300;

/**
 * Macros that stand where the grammars expect a statement or a declaration. A grammar does not expand them, and one such line makes
 * it misread the class below.
 */
const MACROS: readonly RegExp[] = [
  /^([ \t]*)([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?=[ \t]*$)/,
  /^([ \t]*)([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?=[ \t]+(?:template|class|struct|enum|union|using|namespace|inline|constexpr|static|explicit|friend|virtual|extern|const|auto|void|bool|int|typedef)\b)/,
  /^([ \t]*(?:template\s*<[^<>]*>\s*)?(?:class|struct|enum|union)[ \t]+)([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?=[ \t]+\w)/,
];

/**
 * The text that a grammar reads in place of some lines, and the dialect whose grammar it is; null where it reads them as they are. Each
 * row and column is where it was.
 */
export function grammarText(
  lines: readonly string[],
  dialect: string,
): { readonly text: string; readonly dialect: string } | null {
  if (dialect !== 'c' && dialect !== 'cpp') return null;
  const isCplusplus = dialect === 'c' && lines.some((line) => line.length < LONGEST && CPLUSPLUS.test(line));
  const read = lines.map((line, row) => (lines[row - 1]?.endsWith('\\') === true ? line : blanked(line)));
  if (!isCplusplus && read.every((line, row) => line === lines[row])) return null;
  return { text: read.join('\n'), dialect: isCplusplus ? 'cpp' : dialect };
}

function blanked(line: string): string {
  if (line.length >= LONGEST) return line;
  return MACROS.reduce(
    (text, macro) =>
      text.replace(macro, (_all, before: string, name: string) => before + ' '.repeat(name.length)),
    line,
  );
}
