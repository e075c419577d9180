import { isDrawn, isKeyBody, isName, isPlaceholder } from './looks-random.ts';
import { secretPrefixes } from './secret-prefixes.ts';

/** Raised when the rules change, so that what was masked by older ones is masked anew. */
export const REDACTION_VERSION = 6;

/** A secret that was masked: which rule knew it, and on which line it stood. */
export interface Finding {
  readonly rule: string;
  readonly line: number;
}

interface Rule {
  readonly name: string;
  readonly pattern: RegExp;
  /** The group that holds the secret; the whole match where there is none. */
  readonly group?: number;
  readonly accepts?: (secret: string, groups: readonly string[]) => boolean;
}

const assigned = `(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|auth[_-]?key|client[_-]?secret|private[_-]?key|encryption[_-]?key|signing[_-]?key|credentials?)`;

/** Who a guide signs in as: only what looks drawn by lot is taken for such a one's password. */
const anyone = /^(?:[a-z]{0,8}user(?:name)?|anonymous|guest|name|login|me|foo|abc|u|)$/i;
/** Hosts that belong to nobody, kept for documents. */
const nowhere = /(?:^|\.)(?:example(?:\.(?:com|org|net))?|test|invalid)$/i;

const rules: readonly Rule[] = [
  {
    name: 'private-key',
    // A mark that a text only speaks of must not hide the key below it, so a block holds no second beginning.
    pattern:
      /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----BEGIN)[\s\S]){1,20000}?-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g,
    accepts: isKeyBody,
  },
  {
    name: 'private-key',
    pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s\\"',:;-]{40,20000}/g,
    accepts: isKeyBody,
  },
  ...secretPrefixes.map(([name, pattern]) => ({ name, pattern })),
  {
    name: 'password-in-url',
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/([^\s:/@"'`<>]{0,100}):([^\s/"'`<>]{3,200})@(?=([\w.-]{0,100}))/gi,
    group: 2,
    accepts: (secret, [, user = '', , host = '']) =>
      !isPlaceholder(secret) &&
      secret !== user &&
      (isDrawn(secret) || !(anyone.test(user) || nowhere.test(host))),
  },
  {
    name: 'connection-string',
    pattern: /\b(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/=]{30,120})/g,
    group: 1,
  },
  {
    name: 'connection-password',
    pattern: /;\s*(?:Password|Pwd)=([^;"'\s(){}[\]]{6,100})/gi,
    group: 1,
    accepts: (secret) => !isPlaceholder(secret),
  },
  {
    name: 'connection-password',
    // Alone in its line it may as well be an argument of a call, whose value is a name.
    pattern: /^\s*(?:Password|Pwd)=([^;"'\s]{6,100})/gim,
    group: 1,
    accepts: (secret) => !isPlaceholder(secret) && isDrawn(secret) && !isName(secret),
  },
  {
    name: 'bearer-token',
    pattern: /\b[Bb]earer\s+([A-Za-z0-9._~+/-]{24,500}=*)/g,
    group: 1,
    accepts: (secret) => isDrawn(secret) && !isName(secret),
  },
  {
    name: 'basic-auth',
    pattern: /\b[Aa]uthorization["']?\s*[:=]\s*["']?[Bb]asic\s+([A-Za-z0-9+/]{16,300}=*)/g,
    group: 1,
    accepts: (secret) =>
      !isPlaceholder(
        Buffer.from(secret, 'base64')
          .toString()
          .replace(/^[^:]*:/, ''),
      ),
  },
  {
    name: 'assigned-secret',
    group: 1,
    accepts: isAssigned,
    pattern: new RegExp(
      `[\\w.-]{0,40}${assigned}[\\w-]{0,30}["']?\\s{0,4}(?::|=>?|:=)\\s{0,4}["'\`]([^"'\`\\s]{8,500})["'\`]`,
      'gi',
    ),
  },
  {
    name: 'assigned-secret',
    group: 1,
    accepts: isAssigned,
    pattern: new RegExp(
      `^[ \\t]{0,20}(?:export\\s+)?[A-Z0-9_]{0,40}${assigned.toUpperCase().replaceAll('[_-]', '_')}[A-Z0-9_]{0,30}[ \\t]{0,4}[=:][ \\t]{0,4}([^\\s"'#][^\\s"']{11,500})`,
      'gm',
    ),
  },
  {
    name: 'assigned-secret',
    group: 1,
    // Files of settings do without quotes; there a value is all that is left of the line.
    // People choose short passwords; what a machine hands out is long.
    accepts: (secret, groups) =>
      !isPath.test(secret) &&
      (secret.length >= 14 || isPassword(secret, groups)) &&
      isAssigned(secret, groups),
    pattern: new RegExp(
      `^[ \\t]{0,40}(?:- )?[\\w.:/@-]{0,80}${assigned}[\\w-]{0,20}[ \\t]{0,40}[:=][ \\t]{0,40}([^\\s"'\`,;(){}[\\]<>|&*!$]{10,500})[ \\t]*(?:#[^\\n]*)?$`,
      'gim',
    ),
  },
  {
    name: 'netrc-password',
    group: 1,
    accepts: (secret) => !isPlaceholder(secret),
    pattern:
      /^[ \t]*machine\s{1,20}\S{1,200}\s{1,20}login\s{1,20}\S{1,200}\s{1,20}password\s{1,20}"?([^\s"]{4,200})/gm,
  },
  {
    name: 'registry-login',
    group: 1,
    accepts: isLogin,
    pattern: /(?:"auth"\s{0,4}:\s{0,4}"|:_auth\s{0,4}=\s{0,4}"?)([A-Za-z0-9+/]{12,500}={0,2})/g,
  },
  {
    name: 'signature-in-url',
    group: 1,
    pattern: /[?&]sig=([A-Za-z0-9%]{43,63}(?:%3D|=))/g,
  },
];

/** What reaches into something by its name: code, not a value. */
const isPath = /^(?:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|[A-Za-z]+\d{0,3}(?:_[A-Za-z]+\d{0,3})+)$/;

/** Whether it says a user and a password, as requests carry them, or says nothing that can be read. */
function isLogin(secret: string): boolean {
  const [, password] = /^[^:]+:(.*)$/s.exec(Buffer.from(secret, 'base64').toString()) ?? [];
  return password === undefined ? isDrawn(secret) && !isName(secret) : !isPlaceholder(password);
}

/** People do make passwords of words; what a token, a key or a secret is set to is a name then. */
function isAssigned(secret: string, groups: readonly string[]): boolean {
  if (isPlaceholder(secret) || !isDrawn(secret)) return false;
  return !isName(secret) || (isPassword(secret, groups) && !/\/.*\//.test(secret));
}

const isPassword = (secret: string, [whole = '']: readonly string[]): boolean =>
  /pass|pwd/i.test(whole.slice(0, whole.lastIndexOf(secret)));

/** Masks what gives access to something. Lines keep their numbers, and a masked text masks to itself. */
export function redact(given: string): { text: string; findings: Finding[] } {
  const findings: Finding[] = [];
  let text = given;
  for (const { name, pattern, group = 0, accepts } of rules) {
    const before = text;
    const seen = { offset: 0, line: 1 };
    text = text.replace(pattern, (...found: unknown[]) => {
      const offset = found.findIndex((part) => typeof part === 'number');
      const groups = found.slice(0, offset).map((part) => (typeof part === 'string' ? part : ''));
      const [whole = ''] = groups;
      const secret = groups[group] ?? whole;
      if (secret.startsWith('«redacted:') || accepts?.(secret, groups) === false) return whole;
      // The last of its kind in the match: a user's name may begin as the password does.
      const at = whole.lastIndexOf(secret);
      findings.push({ rule: name, line: lineAt(before, Number(found[offset]) + at, seen) });
      const mask = `«redacted:${name}»${'\n'.repeat(secret.split('\n').length - 1)}`;
      return whole.slice(0, at) + mask + whole.slice(at + secret.length);
    });
  }
  return { text, findings };
}

/** Counts on from the last finding: from the beginning each time, many findings would cost their square. */
function lineAt(text: string, offset: number, seen: { offset: number; line: number }): number {
  for (let at = text.indexOf('\n', seen.offset); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    seen.line += 1;
    seen.offset = at + 1;
  }
  return seen.line;
}
