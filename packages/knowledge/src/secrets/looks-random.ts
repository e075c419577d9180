/**
 * Stand-ins that documentation writes where a secret would be. A leading word must be followed by a separator or the end,
 * or every random value that happens to start with these letters would pass.
 */
const placeholder =
  /^(?:x+|\*+|\.+|-+|<.*>|\$\{?.*|%.*%|\{.*\}|(?:my|your|the|an?|some)(?:[-_ .].{0,24}|(?:own|very|super)?(?:pass(?:word|wd)?|secret|token|(?:api)?key))|(?:test|fake|dummy|sample|example|change|replace|insert|enter|placeholder|secret|token|password|passwd|todo|foo|bar|redacted)(?:[-_ .].{0,24}|[a-z]{0,24}\d{0,4})|[a-z]{0,12}[-_]?pass(?:word|wd)?|none|null|undefined|true|false|guest|user|username|pwd)$/i;

/** Whether a value is a stand-in for a secret. */
export function isPlaceholder(value: string): boolean {
  return placeholder.test(value);
}

/** Whether a value looks random: letters and digits mixed, with little repetition, and no words, dates or sequences. */
export function isRandom(value: string): boolean {
  // An address is no secret; a password inside one has its own rule.
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return false;
  if (
    value.length < 8 ||
    /^[a-z]+([-_./ ][a-z]+)*$/i.test(value) ||
    /[(){}[\]\\]|[^\x20-\x7e]|=>|\$\w|%[sd(]/.test(value)
  )
    return isShuffled(value);
  // A date, a version, a number.
  if (/^[\d.:,/TZ +-]+$/.test(value) || isCounting(value)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length;
  if (kinds < 2 || !/\d/.test(value)) return false;
  const counts = Map.groupBy(value, (character) => character);
  let entropy = 0;
  for (const { length } of counts.values())
    entropy -= (length / value.length) * Math.log2(length / value.length);
  return entropy >= (value.length >= 20 ? 3 : 2.6);
}

/** Whether upper and lower case alternate so often in so long a word that no person would write it. */
function isShuffled(value: string): boolean {
  if (!/^[A-Za-z]{16,}$/.test(value)) return false;
  const turns = value.match(/[a-z](?=[A-Z])|[A-Z](?=[a-z])/g)?.length ?? 0;
  return turns >= value.length * 0.3 && !isName(value);
}

/** Whether half of a value is a sequence like 12345 or abcde, and the rest has no digit. */
function isCounting(value: string): boolean {
  let counted = 0;
  let rest = '';
  for (let from = 0; from < value.length;) {
    let to = from + 1;
    while (to < value.length && follows(value.charCodeAt(to - 1), value.charCodeAt(to))) to += 1;
    if (to - from >= 4) counted += to - from;
    else rest += value.slice(from, to);
    from = to;
  }
  return counted * 2 >= value.length && !/\d/.test(rest);
}

const follows = (before: number, after: number): boolean =>
  after === before + 1 || (before === 0x39 && after === 0x30);

/**
 * Whether a value is a name made of words, such as `V1SecretReference`, `urn:ietf:params:oauth:token-type:saml2` or
 * `subject_token_0`. Random values do not break into words.
 */
export function isName(value: string): boolean {
  const letters = value.replace(/[^A-Za-z0-9]/g, '');
  const digits = value.replace(/\D/g, '').length;
  if (!/[-_.:/#]|[a-z]\d*[A-Z]/.test(value) || digits * 4 > letters.length) return false;
  const words = value.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  const said = words.filter((word) => word.length >= 3 && /[aeiouy]/i.test(word)).join('').length;
  return said >= letters.length * 0.7;
}

/** Whether the text between the markers of a private key is a key, and not code that searches for the markers. */
export function isKeyBody(block: string): boolean {
  const body = block
    .replace(/-----[A-Z ]+-----/g, '')
    .replace(/^[ \t]*[\w-]+: .*$/gm, '')
    .replaceAll(/\\[nrt]/g, ' ')
    .replace(/[\s"'+,;\\]+/g, ' ');
  const runs = body.match(/[A-Za-z0-9+/=]{16,}/g) ?? [];
  const key = runs.join('').length;
  return key >= 40 && key * 2 >= body.length && /\d/.test(body);
}
