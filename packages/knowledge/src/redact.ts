/** Raised when the rules change, so that what was masked by older ones is masked anew. */
export const REDACTION_VERSION = 3;

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
  readonly accepts?: (secret: string) => boolean;
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

/**
 * What documentation writes where a secret would stand. A word that begins one must end there, or every value drawn by
 * lot that happens to begin with these letters would pass.
 */
const placeholder =
  /^(?:x+|\*+|\.+|-+|<.*>|\$\{?.*|%.*%|\{\{.*|(?:my|your|the|an?|some)(?:[-_ .].{0,24}|(?:own|very|super)?(?:pass(?:word|wd)?|secret|token|(?:api)?key))|(?:test|fake|dummy|sample|example|change|replace|insert|enter|placeholder|secret|password|passwd|todo|foo|bar|redacted)(?:[-_ .].{0,24}|[a-z]{0,24}\d{0,4})|none|null|undefined|true|false|pass|guest|user|username|pwd)$/i;
const assigned = `(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|auth[_-]?key|client[_-]?secret|private[_-]?key|encryption[_-]?key|signing[_-]?key|credentials?)`;

const rules: readonly Rule[] = [
  {
    name: 'private-key',
    pattern:
      /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]{1,20000}?-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g,
  },
  {
    name: 'private-key',
    pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s\\"',:;-]{40,20000}/g,
  },
  ...prefixed.map(([name, pattern]) => ({ name, pattern })),
  {
    name: 'password-in-url',
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'`<>]{0,100}:([^\s/@"'`<>]{3,200})@/gi,
    group: 1,
    accepts: (secret) => !placeholder.test(secret),
  },
  {
    name: 'connection-string',
    pattern: /\b(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/=]{30,120})/g,
    group: 1,
  },
  {
    name: 'connection-password',
    pattern: /(?:^|;)\s*(?:Password|Pwd)=([^;"'\s]{6,100})/gim,
    group: 1,
    accepts: (secret) => !placeholder.test(secret),
  },
  {
    name: 'bearer-token',
    pattern: /\b[Bb]earer\s+([A-Za-z0-9._~+/-]{24,500}=*)/g,
    group: 1,
    accepts: isRandom,
  },
  {
    name: 'basic-auth',
    pattern: /\b[Aa]uthorization["']?\s*[:=]\s*["']?[Bb]asic\s+([A-Za-z0-9+/]{16,300}=*)/g,
    group: 1,
  },
  {
    name: 'assigned-secret',
    group: 1,
    accepts: (secret) => !placeholder.test(secret) && isRandom(secret),
    pattern: new RegExp(
      `[\\w.-]{0,40}${assigned}[\\w-]{0,30}["']?\\s{0,4}(?::|=>?|:=)\\s{0,4}["'\`]([^"'\`\\s]{8,500})["'\`]`,
      'gi',
    ),
  },
  {
    name: 'assigned-secret',
    group: 1,
    accepts: (secret) => !placeholder.test(secret) && isRandom(secret),
    pattern: new RegExp(
      `^\\s{0,20}(?:export\\s+)?[A-Z0-9_]{0,40}${assigned.toUpperCase().replaceAll('[_-]', '_')}[A-Z0-9_]{0,30}\\s{0,4}[=:]\\s{0,4}([^\\s"'#]{12,500})`,
      'gm',
    ),
  },
];

/** Masks what gives access to something. Lines keep their numbers, and a masked text masks to itself. */
export function redact(given: string): { text: string; findings: Finding[] } {
  const findings: Finding[] = [];
  let text = given;
  for (const { name, pattern, group, accepts } of rules) {
    const before = text;
    const seen = { offset: 0, line: 1 };
    text = text.replace(pattern, (...found: unknown[]) => {
      const whole = String(found[0]);
      const secret = group === undefined ? whole : String(found[group]);
      if (secret.startsWith('«redacted:') || accepts?.(secret) === false) return whole;
      const offset = found.findLast((part) => typeof part === 'number');
      findings.push({ rule: name, line: lineAt(before, typeof offset === 'number' ? offset : 0, seen) });
      const mask = `«redacted:${name}»${'\n'.repeat(secret.split('\n').length - 1)}`;
      return group === undefined ? mask : whole.replace(secret, () => mask);
    });
  }
  return { text, findings };
}

/** Whether a value looks drawn by lot: letters and digits mixed, and little repeated. Words and names are neither. */
function isRandom(value: string): boolean {
  // An address is no secret; a password inside of one has a rule of its own.
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return false;
  if (
    value.length < 8 ||
    /^[a-z]+([-_./ ][a-z]+)*$/i.test(value) ||
    /[(){}[\]\\]|[^\x20-\x7e]|=>|\$\w/.test(value)
  )
    return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length;
  if (kinds < 2 || !/\d/.test(value)) return false;
  const counts = Map.groupBy(value, (character) => character);
  let entropy = 0;
  for (const { length } of counts.values())
    entropy -= (length / value.length) * Math.log2(length / value.length);
  return entropy >= (value.length >= 20 ? 3.2 : 2.7);
}

/** Counts on from the last finding: from the beginning each time, many findings would cost their square. */
function lineAt(text: string, offset: number, seen: { offset: number; line: number }): number {
  for (let at = text.indexOf('\n', seen.offset); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    seen.line += 1;
    seen.offset = at + 1;
  }
  return seen.line;
}
