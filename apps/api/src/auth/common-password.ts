import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * The 3,000 words that published lists of leaked passwords hold most often, and all of their passwords that are long
 * enough here, each by the first 32 bits of its SHA-256: the words themselves are no reading.
 */
const listed: ReadonlySet<string> = new Set(
  readFileSync(new URL('./common-passwords.txt', import.meta.url), 'utf8').split(/\s+/),
);

/** The signs that are written for letters. */
const letters: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

const FEWEST_CHARACTERS = 5;

/**
 * Tells whether a password is among those that are guessed first: a word of the list with anything but letters around it
 * or some signs for letters, the same again and again, or the user's own name or that of the product.
 */
export function isCommonPassword(password: string, email: string): boolean {
  const lower = password.toLowerCase();
  if (new Set(lower).size < FEWEST_CHARACTERS || isRow(lower)) return true;
  const own = new Set([email.toLowerCase(), ...email.toLowerCase().split(/[@.]/), 'projectsync']);
  return [lower, bare(lower), bare(spelled(inner(lower)))]
    .flatMap((text) => [text, oneOf(text)])
    .some((text) => isListed(text) || own.has(text));
}

function isListed(text: string): boolean {
  return listed.has(createHash('sha256').update(text).digest('hex').slice(0, 8));
}

function bare(text: string): string {
  return text.replaceAll(/[^a-z]+/g, '');
}

/** Without the digits and signs before and behind, which would become letters. */
function inner(text: string): string {
  return text.replace(/^[^a-z]+/, '').replace(/[^a-z]+$/, '');
}

function spelled(text: string): string {
  return text.replaceAll(/[013457@$!]/g, (sign) => letters[sign] ?? sign);
}

/** The part that a text repeats; the text itself if it repeats nothing. */
function oneOf(text: string): string {
  const again = `${text}${text}`.indexOf(text, 1);
  return again > 0 && again < text.length ? text.slice(0, again) : text;
}

/** Whether each character follows the one before in the alphabet, among the digits, or backwards. */
function isRow(text: string): boolean {
  const steps = [...text].slice(1).map((sign, index) => sign.charCodeAt(0) - text.charCodeAt(index));
  const along = (step: number): boolean =>
    steps.filter((one) => one === step || one === -9 * step).length >= steps.length - 1;
  return along(1) || along(-1);
}
