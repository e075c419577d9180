import type { EcmascriptText } from './ecmascript-text.ts';

const disabled =
  /\b(?:eslint-disable|@ts-ignore|@ts-nocheck|@ts-expect-error|biome-ignore|istanbul ignore)\b/;
const dangerous = /^(?:eval|Function|child_process\.exec|exec|execSync)$/;

/** What the text shows by itself: errors that are swallowed, checks that are switched off, code made from strings. */
export function readFindings(text: EcmascriptText): void {
  const { tree } = text.facts;
  for (let node = 0; node < tree.count; node += 1) {
    const rule = ruleOf(text, node);
    if (rule === null) continue;
    const inside = text.inside[node] ?? -1;
    text.facts.findings.push({
      rule,
      startLine: tree.line(node),
      endLine: tree.endLine(node),
      inside: inside < 0 ? null : inside,
    });
  }
}

function ruleOf(text: EcmascriptText, node: number): string | null {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'catch_clause': {
      const body = tree.child(node, 'body');
      const isEmpty = body >= 0 && ![...tree.children(body)].some((part) => !/^[{}]$/.test(tree.type(part)));
      return isEmpty ? 'swallowed-error' : null;
    }
    case 'comment':
      return disabled.test(tree.text(node).slice(0, 400)) ? 'disabled-check' : null;
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
