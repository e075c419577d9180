import { isRandom, isKeyBody, isName, isPlaceholder } from './looks-random.ts';
import { secretPrefixes } from './secret-prefixes.ts';

/** A kind of secret and how it is recognised. */
export interface RedactionRule {
  readonly name: string;
  readonly pattern: RegExp;
  /** The group that holds the secret; the whole match where there is none. */
  readonly group?: number;
  /** Decides on a match; `before` is the end of the text before it. */
  readonly accepts?: (secret: string, groups: readonly string[], before: string) => boolean;
}

const assigned = `(?:pass(?:word|wd|phrase)?|pwd|secret|token(?!i[sz])|api[_-]?key|apikey|access[_-]?key|auth[_-]?key|client[_-]?secret|private[_-]?key|encryption[_-]?key|signing[_-]?key|credentials?)`;

/** The users of guides and examples. Only a password that looks random is taken for a secret beside such a name. */
const exampleUser = /^(?:[a-z]{0,8}user(?:name)?|anonymous|guest|name|login|me|foo|abc|u|)$/i;
/** Host names that are reserved for documentation. */
const exampleHost = /(?:^|\.)(?:example(?:\.(?:com|org|net))?|test|invalid)$/i;

/**
 * The rules, in the order in which they are applied. The text may come from an attacker, so each pattern must take time in
 * proportion to the text: no unbounded run of white space may follow `^` or another optional run, since `^` matches on
 * every blank line.
 */
export const redactionRules: readonly RedactionRule[] = [
  {
    name: 'private-key',
    // A text that only mentions the marker must not hide the key below it, so a block contains no second marker.
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
      (isRandom(secret) || !(exampleUser.test(user) || exampleHost.test(host))),
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
    // Alone on its line it may be an argument of a call, whose value is a name.
    pattern: /^[^\S\r\n]*(?:Password|Pwd)=([^;"'\s]{6,100})/gim,
    group: 1,
    accepts: (secret) => !isPlaceholder(secret) && isRandom(secret) && !isName(secret),
  },
  {
    name: 'bearer-token',
    pattern: /\b[Bb]earer\s+([A-Za-z0-9._~+/-]{24,500}=*)/g,
    group: 1,
    accepts: (secret) => isRandom(secret) && !isName(secret),
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
      `${assigned}[\\w-]{0,30}["']?\\s{0,4}(?::|=>?|:=)\\s{0,4}["'\`]([^"'\`\\s]{8,500})["'\`]`,
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
    // Settings files need no quotes: the value is the rest of the line. Passwords that people choose may be short;
    // generated secrets are long.
    accepts: (secret, groups) =>
      !isPath.test(secret) &&
      (secret.length >= 14 || isPassword(secret, groups, '')) &&
      isAssigned(secret, groups, ''),
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

/** A path of names, such as `config.auth.token`: code, not a value. */
const isPath = /^(?:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|[A-Za-z]+\d{0,3}(?:_[A-Za-z]+\d{0,3})+)$/;

/** Whether a value is a user and a password in Base64, or an opaque token. */
function isLogin(secret: string): boolean {
  const [, password] = /^[^:]+:(.*)$/s.exec(Buffer.from(secret, 'base64').toString()) ?? [];
  return password === undefined ? isRandom(secret) && !isName(secret) : !isPlaceholder(password);
}

/** A value made of words may be a password. A token, key or secret made of words is the name of one. */
function isAssigned(secret: string, groups: readonly string[], before: string): boolean {
  if (isPlaceholder(secret) || !isRandom(secret)) return false;
  return !isName(secret) || (isPassword(secret, groups, before) && !/\/.*\//.test(secret));
}

/** Whether the name that a value is assigned to, which may begin before the match, calls it a password. */
function isPassword(secret: string, [whole = '']: readonly string[], before: string): boolean {
  const name = /[\w.-]*$/.exec(before)?.[0] ?? '';
  return /pass|pwd/i.test(name + whole.slice(0, whole.lastIndexOf(secret)));
}
