import type { Heading } from './page-outline.ts';
import { resolvePath } from './resolve-path.ts';

/** The file that a text is read from: its relative addresses are seen from there. */
export interface MarkdownPlace {
  path: string;
  /** The sync whose snapshot has the images. */
  syncId: string;
  /** The address of a file of the same snapshot. */
  address: (path: string) => string;
}

const ALERTS = ['NOTE', 'TIP', 'IMPORTANT', 'WARNING', 'CAUTION'];

/** Completes sanitised HTML with what only our own code may write: addresses, IDs and classes. Tells its headings. */
export function finishMarkdown(
  clean: DocumentFragment,
  { at, isPage }: { at: MarkdownPlace | null; isPage: boolean },
): { html: string; headings: Heading[] } {
  for (const image of clean.querySelectorAll('img')) finishImage(image, at);
  for (const link of clean.querySelectorAll('a')) finishLink(link, at, isPage);
  for (const quote of clean.querySelectorAll('blockquote')) finishAlert(quote);
  // What scrolls sideways must be reachable by keyboard.
  for (const wide of clean.querySelectorAll('pre, table')) wide.setAttribute('tabindex', '0');
  // A task has a box instead of a bullet.
  for (const item of clean.querySelectorAll('li'))
    if (/^[☑☐]/.test(item.textContent ?? '')) item.className = 'task';
  const headings = isPage ? nameHeadings(clean) : [];
  nameNotes(clean);
  const box = document.createElement('div');
  box.append(clean);
  return { html: box.innerHTML, headings };
}

/** An image of the repository is shown; of any other only the description, for the page loads nothing from elsewhere. */
function finishImage(image: HTMLImageElement, at: MarkdownPlace | null): void {
  const source = image.getAttribute('src') ?? '';
  const path = at === null ? null : resolvePath(at.path, decoded(source.split(/[?#]/, 1)[0] ?? ''));
  if (at === null || path === null || path === '') return image.replaceWith(image.alt);
  const name = path.split('/').map(encodeURIComponent).join('/');
  image.setAttribute('src', `/raw/${encodeURIComponent(at.syncId)}/${name}`);
  image.setAttribute('loading', 'lazy');
}

function finishLink(link: HTMLAnchorElement, at: MarkdownPlace | null, isPage: boolean): void {
  const address = link.getAttribute('href') ?? '';
  link.setAttribute('rel', 'noopener noreferrer nofollow');
  if (/^https?:/i.test(address)) return link.setAttribute('target', '_blank');
  if (address === '' || /^(?:mailto:|#md-)/i.test(address)) return;
  if (isPage && address.startsWith('#'))
    return link.setAttribute('href', `#md-${slugOf(decoded(address.slice(1)))}`);
  if (at === null) return;
  const [file = '', part = ''] = address.split('#', 2);
  const path = resolvePath(at.path, decoded(file.split('?', 1)[0] ?? ''));
  if (path === null) return link.removeAttribute('href');
  const hash = part === '' ? '' : /^L\d+/.test(part) ? `#${part}` : `#md-${slugOf(decoded(part))}`;
  link.setAttribute('href', at.address(path) + hash);
}

function finishAlert(quote: Element): void {
  const first = quote.querySelector('p');
  const [mark, kind = ''] = /^\[!(\w+)\]\s*/.exec(first?.textContent ?? '') ?? [];
  if (first === null || mark === undefined || !ALERTS.includes(kind)) return;
  const text = first.firstChild;
  if (text?.nodeType !== Node.TEXT_NODE || text.textContent?.startsWith(mark.trim()) !== true) return;
  text.textContent = text.textContent.slice(mark.trim().length).trimStart();
  if (first.textContent?.trim() === '') first.remove();
  const title = document.createElement('strong');
  title.textContent = kind.charAt(0) + kind.slice(1).toLowerCase();
  quote.prepend(title);
  quote.className = `alert ${kind.toLowerCase()}`;
}

/** Headings get IDs with a prefix of ours, so that none can be mistaken for a part of the page. */
function nameHeadings(clean: DocumentFragment): Heading[] {
  const seen = new Map<string, number>();
  return [...clean.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((heading) => {
    const text = heading.textContent?.trim() ?? '';
    const slug = slugOf(heading.textContent ?? '');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    if (slug !== '') heading.id = `md-${slug}${times === 0 ? '' : `-${times}`}`;
    return { id: heading.id, level: Number(heading.tagName.slice(1)), text };
  });
}

function nameNotes(clean: DocumentFragment): void {
  for (const back of clean.querySelectorAll('a[href^="#md-reference-"]')) {
    const number = back.getAttribute('href')?.slice('#md-reference-'.length) ?? '';
    const note = back.closest('li');
    if (note !== null) note.id = `md-note-${number}`;
    const reference = clean.querySelector(`a[href="#md-note-${CSS.escape(number)}"]`);
    if (reference !== null) reference.id = `md-reference-${number}`;
  }
}

/** The name of a heading in an address, as GitHub makes it. */
function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s+/g, '-');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
