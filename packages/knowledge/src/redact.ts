import { isDrawn, isKeyBody, isName, isPlaceholder } from './is-drawn.ts';

/** Raised when the rules change, so that what was masked by older ones is masked anew. */
export const REDACTION_VERSION = 4;

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

/** Tokens with a beginning of their own: nearly nothing else looks like one. */
const prefixed: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['github-token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{22,255})\b/g],
  ['gitlab-token', /\bgl(?:pat|ptt|dt|rt|cbt|agent|soat|ft|imt)-[A-Za-z0-9_-]{20,60}\b/g],
  ['aws-access-key', /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g],
  ['google-api-key', /\bAIza[A-Za-z0-9_-]{35}\b/g],
  ['google-oauth-secret', /\bGOCSPX-[A-Za-z0-9_-]{28}\b/g],
  ['google-oauth-token', /\bya29\.[A-Za-z0-9_-]{20,400}/g],
  ['slack-token', /\bxox[abposre]-[A-Za-z0-9-]{10,250}\b/g],
  ['slack-app-token', /\bxapp-\d-[A-Z0-9]{8,14}-\d{8,16}-[a-z0-9]{40,80}\b/g],
  ['slack-webhook', /https:\/\/hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9/_-]{20,120}/g],
  [
    'discord-webhook',
    /https:\/\/(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/webhooks\/\d{15,22}\/[A-Za-z0-9_-]{50,90}/g,
  ],
  ['stripe-key', /\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{20,250}\b/g],
  ['stripe-webhook-secret', /\bwhsec_[A-Za-z0-9+/=]{24,100}/g],
  ['openai-key', /\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{32,250}\b/g],
  ['anthropic-key', /\bsk-ant-[A-Za-z0-9_-]{32,250}\b/g],
  ['huggingface-token', /\bhf_[A-Za-z0-9]{30,80}\b/g],
  ['npm-token', /\bnpm_[A-Za-z0-9]{36}\b/g],
  ['pypi-token', /\bpypi-[A-Za-z0-9_-]{50,250}\b/g],
  ['rubygems-key', /\brubygems_[a-f0-9]{48}\b/g],
  ['docker-token', /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,60}\b/g],
  ['sendgrid-key', /\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,60}\b/g],
  ['mailgun-key', /\bkey-[a-f0-9]{32}\b/g],
  ['mailchimp-key', /\b[a-f0-9]{32}-us\d{1,2}\b/g],
  ['twilio-key', /\b(?:SK|AC)[a-f0-9]{32}\b/g],
  ['digitalocean-token', /\bdo[opr]_v1_[a-f0-9]{64}\b/g],
  ['shopify-token', /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/g],
  ['square-token', /\b(?:EAAA[A-Za-z0-9_-]{56,80}|sq0(?:atp|csp)-[A-Za-z0-9_-]{22,50})\b/g],
  ['telegram-token', /\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b/g],
  ['linear-key', /\blin_(?:api|oauth)_[A-Za-z0-9]{32,80}\b/g],
  ['notion-token', /\b(?:ntn_[A-Za-z0-9]{40,60}|secret_[A-Za-z0-9]{43})\b/g],
  ['vault-token', /\bhv[sbr]\.[A-Za-z0-9_-]{24,250}\b/g],
  ['atlassian-token', /\bATATT3[A-Za-z0-9_=-]{50,250}/g],
  ['databricks-token', /\bdapi[a-f0-9]{32}\b/g],
  ['grafana-token', /\bgl(?:sa|c)_[A-Za-z0-9_=+/-]{32,200}/g],
  ['planetscale-token', /\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9._-]{32,80}/g],
  ['postman-key', /\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b/g],
  ['age-key', /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/g],
  ['project-sync-key', /\bpsk_[A-Za-z0-9_-]{46}\b/g],
  ['jwt', /\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}/g],
];

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
  ...prefixed.map(([name, pattern]) => ({ name, pattern })),
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
];

/** People do make passwords of words; what a token, a key or a secret is set to is a name then. */
function isAssigned(secret: string, [whole]: readonly string[]): boolean {
  if (isPlaceholder(secret) || !isDrawn(secret)) return false;
  const isPassword = /pass|pwd/i.test((whole ?? '').slice(0, -secret.length));
  return !isName(secret) || (isPassword && !/\/.*\//.test(secret));
}

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
