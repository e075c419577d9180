const drawn = new Map<string, Promise<string | null>>();
/** A text is drawn once while the app is open; more of them than this are forgotten. */
const MOST = 100;

/**
 * The picture of a Mermaid text, drawn by the server, as an address for an image; null where the text cannot be drawn.
 * In an image nothing of an SVG runs or loads.
 */
export function pictureOf(text: string): Promise<string | null> {
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

async function ask(text: string): Promise<string | null> {
  const response = await fetch('/api/diagram', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
  if (response.status >= 500) throw new Error(`The server answered with ${response.status}.`);
  const answer: unknown = response.ok ? await response.json() : null;
  const svg: unknown = answer instanceof Object ? Reflect.get(answer, 'svg') : null;
  return typeof svg === 'string' ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}` : null;
}
