import type { ProjectLinks } from '../place/place.ts';

/** The effect of a key: a dialog to open, an address to go to, or nothing. */
export type Shortcut = { open: 'palette' | 'keys' } | { goto: string } | null;

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/**
 * The shortcut of a key. `links` are those of the shown project, at the shown place; null outside of a project.
 * `afterG` is whether the key before it was `g`. While a field is typed in, only the palette opens.
 */
export function shortcutOf(
  pressed: Pressed,
  { links, afterG, isTyping }: { links: ProjectLinks | null; afterG: boolean; isTyping: boolean },
): Shortcut {
  const { key, ctrlKey, metaKey, altKey } = pressed;
  if ((ctrlKey || metaKey) && key.toLowerCase() === 'k') return { open: 'palette' };
  if (isTyping || ctrlKey || metaKey || altKey) return null;
  if (key === '?') return { open: 'keys' };
  if (links === null) return key === '/' ? { goto: '/search' } : null;
  const pages: Readonly<Record<string, string>> = afterG
    ? { o: links.overview, h: links.history, f: links.files, m: links.memory, k: links.knowledge }
    : { t: links.find, '/': links.memory };
  const address = Object.hasOwn(pages, key) ? pages[key] : undefined;
  return address === undefined ? null : { goto: address };
}
