import { redactionRules } from './redaction-rules.ts';

/** Raise this when the rules change: texts masked by older rules are then masked again. */
export const REDACTION_VERSION = 8;

/** A secret that was masked: the rule that recognised it, and its line. */
export interface Finding {
  readonly rule: string;
  readonly line: number;
}

/** The length of text before a match that a rule may inspect. */
const LOOK_BEHIND = 40;
/** A secret of this length is masked wherever it stands in the match. */
const LONG = 8;

/** Masks the secrets of a text. Line numbers stay the same, and redacting the result changes nothing. */
export function redact(given: string): { text: string; findings: Finding[] } {
  const findings: Finding[] = [];
  let text = given;
  for (const { name, pattern, group = 0, accepts } of redactionRules) {
    const before = text;
    const seen = { offset: 0, line: 1 };
    text = text.replace(pattern, (...found: unknown[]) => {
      const offset = found.findIndex((part) => typeof part === 'number');
      const groups = found.slice(0, offset).map((part) => (typeof part === 'string' ? part : ''));
      const [whole = ''] = groups;
      const secret = groups[group] ?? whole;
      const start = Number(found[offset]);
      if (secret.startsWith('«redacted:')) return whole;
      if (accepts?.(secret, groups, before.slice(Math.max(0, start - LOOK_BEHIND), start)) === false)
        return whole;
      // Of a short one the last occurrence in the match: a user's name may begin like the password.
      const at = whole.lastIndexOf(secret);
      findings.push({ rule: name, line: lineAt(before, start + at, seen) });
      const mask = `«redacted:${name}»${'\n'.repeat(secret.split('\n').length - 1)}`;
      // A comment behind the value may repeat it: the last occurrence alone would leave the value itself.
      if (secret.length >= LONG) return whole.replaceAll(secret, () => mask);
      return whole.slice(0, at) + mask + whole.slice(at + secret.length);
    });
  }
  return { text, findings };
}

/** Counts lines from the last finding on: counting from the start each time would be quadratic in the findings. */
function lineAt(text: string, offset: number, seen: { offset: number; line: number }): number {
  for (let at = text.indexOf('\n', seen.offset); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    seen.line += 1;
    seen.offset = at + 1;
  }
  return seen.line;
}
