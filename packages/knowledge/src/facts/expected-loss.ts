import type { FlatTree } from './flat-tree.ts';
import type { Located } from './language-text.ts';

/** A comment that speaks of what is caught. */
const explanation =
  /(?:\/\/|\/\*|#(?= )|^\s*\*)[^\n]*\b(?:catch\w*|ignor\w*|errors?|fail\w*|throw\w*|reject\w*|swallow\w*|best[- ]effort|expected|harmless|safe)\b/im;
const LONGEST = 4000;
/** A comment on the whole attempt stands this many lines above it at most. */
const LINES_ABOVE = 4;

const ends =
  'close|destroy|detach|flush|unlink|rm|dispose|abort|cancel|kill|terminate|disconnect|release|shutdown|stop|end|remove|delete|clean|clear|unsubscribe|unref';
/** One statement that ends something, which may have ended already. */
const ending = new RegExp(
  `^[{:]?\\s*(?:(?:await\\s+)?[\\w$.?!#>\\-[\\]()]{0,120}?\\b(?:${ends})\\w*\\([^;{}\\n]{0,200}\\)|del\\s[^;\\n]{1,200})\\s*;?\\s*\\}?$`,
  'i',
);

/**
 * Whether the error of an attempt may be lost: a comment beside it says why, the attempt does nothing but end something, or it
 * returns what it reached, so that what follows is for the case that it failed. `clause` is the part that catches.
 */
export function isExpectedLoss({ facts: { tree } }: Located, clause: number): boolean {
  const attempt = tree.parent(clause);
  if (attempt < 0) return false;
  const start = startAbove(tree, attempt);
  const around = tree.source.slice(start, Math.min(tree.end(clause), start + LONGEST));
  if (explanation.test(around)) return true;
  const body = tree.child(attempt, 'body');
  if (body < 0) return false;
  const last = [...tree.children(body)].findLast((part) => /^[a-z]/.test(tree.type(part)));
  if (last !== undefined && tree.type(last) === 'return_statement') return true;
  return tree.end(body) - tree.start(body) < 400 && ending.test(tree.text(body).trim());
}

function startAbove(tree: FlatTree, node: number): number {
  let at = tree.start(node);
  for (let line = 0; line <= LINES_ABOVE && at > 0; line += 1) at = tree.source.lastIndexOf('\n', at - 1);
  return Math.max(0, at);
}
