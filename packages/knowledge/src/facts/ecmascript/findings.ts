import { isExpectedLoss } from '../expected-loss.ts';
import { addFinding, isEmptyBlock } from '../language-text.ts';
import type { EcmascriptText } from './ecmascript-text.ts';

// One named check for one line is a decision; all checks at once, or one for the whole file, hide what comes later.
const disabled =
  /@ts-ignore\b|@ts-nocheck\b|eslint-disable(?!-)|eslint-disable-(?:next-)?line\s*(?:\*\/|$)|biome-ignore-all\b/;
const dangerous = /^(?:eval|Function|child_process\.exec|exec|execSync)$/;

/** Findings that need no other file: swallowed errors, disabled checks, code made from strings. */
export function readFindings(text: EcmascriptText): void {
  const { tree } = text.facts;
  for (let node = 0; node < tree.count; node += 1) {
    const rule = ruleOf(text, node);
    if (rule !== null) addFinding(text, node, rule);
  }
}

/** A check that is turned off without a reason beside it. */
function isDisabling(comment: string): boolean {
  const [, reason = ''] = /\s--\s+(.*)|@ts-(?:ignore|expect-error|nocheck)\W+(.*)|biome-ignore[^:]*:\s*(.*)/s
    .exec(comment)
    ?.filter((part, index) => index === 0 || part !== undefined) ?? ['', ''];
  return disabled.test(comment) && !/\w{3}/.test(reason);
}

function ruleOf(text: EcmascriptText, node: number): string | null {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'catch_clause':
      return isEmptyBlock(text, tree.child(node, 'body')) && !isExpectedLoss(text, node)
        ? 'swallowed-error'
        : null;
    case 'comment':
      return isDisabling(tree.text(node).slice(0, 400)) ? 'disabled-check' : null;
    case 'call_expression':
    case 'new_expression': {
      const callee = tree.child(node, tree.type(node) === 'new_expression' ? 'constructor' : 'function');
      if (callee < 0 || !dangerous.test(tree.text(callee))) return null;
      const isEval = /^(?:eval|Function)$/.test(tree.text(callee));
      const first = tree
        .children(tree.child(node, 'arguments'))
        .toArray()
        .find((part) => /^[a-z_]/.test(tree.type(part)));
      if (first === undefined || tree.type(first) === 'string') return null;
      const isMade = /^(template_string|binary_expression)$/.test(tree.type(first));
      return isEval || isMade ? 'code-from-text' : null;
    }
    default:
      return null;
  }
}
