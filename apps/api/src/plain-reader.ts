import { createHash } from 'node:crypto';
import type { ContentReader } from '@project-sync/sync';

const LINES = 80;
const WORD = /[\p{L}\p{N}_$]+/gu;

/** Reads every text as passages of lines, so that words can be found in any file whatever its language. */
export const plainReader: ContentReader = {
  version: { split: 1, redaction: 1 },
  classifier: () => (path) => ({ language: /\.(\w{1,12})$/.exec(path)?.[1]?.toLowerCase() ?? null, dialect: 'lines', ignored: null }),
  decode: (content) => {
    if (content.includes(0)) return { kind: 'binary' };
    try {
      return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(content), encoding: 'utf8' };
    } catch {
      return { kind: 'text', text: Buffer.from(content).toString('latin1'), encoding: 'latin1' };
    }
  },
  split: ({ text }) => {
    const lines = text.split('\n');
    const entries = [];
    for (let start = 0; start < lines.length; start += LINES) {
      const part = redact(lines.slice(start, start + LINES).join('\n'));
      if (part.trim() === '') continue;
      const endLine = Math.min(start + LINES, lines.length);
      const title = part.trim().split('\n', 1)[0]?.slice(0, 200) ?? '';
      entries.push({ kind: 'CODE' as const, title, symbol: null, parents: [], startLine: start + 1, endLine, ...passageOf(part) });
    }
    return Promise.resolve(entries);
  },
};

/** A text as it is kept: its hash, the words that it is found by, and what it would cost to embed. */
export function passageOf(given: string): { text: string; hash: string; words: string; tokens: number } {
  const text = redact(given);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return { text, hash: hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), words: wordsOf(text), tokens: Math.ceil(text.length / 4) };
}

/** Identifiers whole and in their parts: `fetchBranchHead` is found by `branch` too. */
export function wordsOf(text: string): string {
  const words: string[] = [];
  for (const [word] of text.matchAll(WORD)) {
    const parts = word.split(/[_$]+|(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u).filter((part) => part !== '' && part !== word);
    words.push(word.toLowerCase(), ...parts.map((part) => part.toLowerCase()));
  }
  return words.join(' ');
}

const secrets = [
  /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}|psk_[A-Za-z0-9_-]{40,}|xox[abpr]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|sk-[A-Za-z0-9_-]{32,})/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** Takes out what gives access to something; lines keep their numbers. */
export function redact(text: string): string {
  return secrets.reduce((rest, secret) => rest.replace(secret, (found) => `[redacted]${'\n'.repeat(found.split('\n').length - 1)}`), text);
}
