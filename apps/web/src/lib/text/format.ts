const locale = typeof navigator === 'undefined' ? 'en' : navigator.language;
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const whole = new Intl.NumberFormat(locale);
const percents = new Intl.NumberFormat(locale, { style: 'percent' });
const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** A whole number in the reader's locale. */
export function count(value: number): string {
  return whole.format(value);
}

/** A sentence of the server with its counts grouped like the page's own; IDs and versions stay as they are. */
export function grouped(sentence: string): string {
  return sentence.replace(/(?<![\w.#-])(?:\d{4,7}(?![\w.:-])|\d{4,}(?= bytes))/g, (digits) =>
    count(Number(digits)),
  );
}

/** A share of one in whole per cent, rounded down. */
export function percent(share: number): string {
  return percents.format(Math.floor(share * 100) / 100);
}

/** The time since a moment, in the largest unit that fits. */
export function ago(at: string, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(0, 'second');
}

/** A day for a heading. */
export function day(at: string): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  }).format(new Date(at));
}

/** A moment in full, for a tooltip. */
export function moment(at: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at));
}

/** The time of day. */
export function clock(at: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(new Date(at));
}

/** Seconds in readable form: 0.4 s, 12 s, 3 min 5 s, 2 h 4 min. */
export function duration(seconds: number): string {
  if (seconds < 10)
    return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(Math.max(0, seconds))} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** Bytes in steps of 1,024. */
export function bytes(value: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = value < 1 ? 0 : Math.min(names.length - 1, Math.floor(Math.log(value) / Math.log(1024)));
  const digits = step === 0 ? 0 : 1;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value / 1024 ** step)} ${names[step]}`;
}

/** The first characters of an object id, as Git shortens it. */
export function shortOid(oid: string): string {
  return oid.slice(0, 8);
}

/** The seconds between two moments. */
export function between(from: string, to: string): number {
  return (new Date(to).getTime() - new Date(from).getTime()) / 1000;
}

/**
 * A name as it is, with what would hide or reorder it made visible: a right-to-left override in a file's name must
 * not make `exe.txt` out of `txt.exe`.
 */
export function visible(name: string): string {
  return name.replace(
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
    (hidden) => `\\u${hidden.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
