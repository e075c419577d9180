/** The addresses of one picture in the colours of either theme. */
export type Picture = Readonly<Record<'light' | 'dark', string>>;

const drawn = new Map<string, Promise<Picture | null>>();
/** A text is drawn once while the app is open; more of them than this are forgotten. */
const MOST = 100;

/**
 * The picture of a Mermaid text, drawn by the server, as addresses for images; null where the text cannot be drawn.
 * In an image nothing of an SVG runs or loads.
 */
export function pictureOf(text: string): Promise<Picture | null> {
  const known = drawn.get(text);
  if (known !== undefined) return known;
  if (drawn.size >= MOST) drawn.clear();
  const asked = ask(text).catch(() => {
    drawn.delete(text);
    return null;
  });
  drawn.set(text, asked);
  return asked;
}

async function ask(text: string): Promise<Picture | null> {
  const response = await fetch('/api/diagram', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
  if (response.status >= 500) throw new Error(`The server answered with ${response.status}.`);
  const answer: unknown = response.ok ? await response.json() : null;
  const svg: unknown = answer instanceof Object ? Reflect.get(answer, 'svg') : null;
  return typeof svg === 'string' ? { light: inTheme(svg, 'light'), dark: inTheme(svg, 'dark') } : null;
}

/** A browser keeps the colours of an image that it has drawn when the theme of the page turns. */
function inTheme(svg: string, theme: 'light' | 'dark'): string {
  const coloured = svg
    .replaceAll(/light-dark\(([^(),]+), ([^(),]+)\)/g, theme === 'light' ? '$1' : '$2')
    .replace('color-scheme="light dark"', `color-scheme="${theme}"`);
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(coloured)}`;
}
