import { showInvisible } from './show-invisible.ts';

/** Frames a text of a repository as data: nothing in it can end its own fence. */
export function fenced(text: string, language = ''): string {
  const shown = showInvisible(text).replace(/\n+$/, '');
  const longest = Math.max(2, ...Array.from(shown.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${/^[\w+#.-]{0,20}$/.test(language) ? language : ''}\n${shown}\n${fence}`;
}

/** A name or path inside a sentence, on one line and in code style. */
export function inCode(text: string): string {
  const shown = showInvisible(text).replaceAll(/\s+/g, ' ').trim().slice(0, 300);
  const longest = Math.max(0, ...Array.from(shown.matchAll(/`+/g), ([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${ticks}${space}${shown}${space}${ticks}`;
}
