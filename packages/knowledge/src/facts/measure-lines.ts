import type { FileMeasures } from './file-facts.ts';
import type { FlatTree } from './flat-tree.ts';

/** Counts the lines of a text: all of them, those that hold code, and those that hold only comment. */
export function measureLines(tree: FlatTree, isComment: (type: string) => boolean): FileMeasures {
  const code = new Uint8Array(tree.lines + 2);
  const comment = new Uint8Array(tree.lines + 2);
  for (let node = 0; node < tree.count; node += 1) {
    const inComment = isComment(tree.type(node));
    if (!inComment && tree.last(node) !== node) continue;
    if (tree.end(node) === tree.start(node)) continue;
    const marks = inComment ? comment : code;
    marks.fill(1, tree.line(node), tree.endLine(node) + 1);
    if (inComment) node = tree.last(node);
  }
  let codeLines = 0;
  let commentLines = 0;
  for (let line = 1; line <= tree.lines; line += 1) {
    if (code[line] === 1) codeLines += 1;
    else if (comment[line] === 1) commentLines += 1;
  }
  return { lines: tree.lines, codeLines, commentLines };
}
