import type { Citation, DocumentPage } from './document-page.ts';
import { citationLink } from './markdown.ts';

/** Citations shown behind one statement; all of them stand in the page's list. */
const MOST_SHOWN = 3;

/** Collects the statements of a page, each with its evidence. */
export class PageWriter {
  readonly #blocks: string[] = [];
  readonly #citations = new Map<string, Citation>();
  #items: string[] = [];

  heading(level: 1 | 2 | 3, text: string): void {
    this.#endList();
    this.#blocks.push(`${'#'.repeat(level)} ${text}`);
  }

  paragraph(text: string, citations: readonly Citation[] = []): void {
    this.#endList();
    this.#blocks.push((text + this.#cite(citations)).trim());
  }

  item(text: string, citations: readonly Citation[] = []): void {
    this.#items.push(`- ${text}${this.#cite(citations)}`);
  }

  fence(language: string, text: string): void {
    this.#endList();
    const fence = text.includes('```') ? '~~~~' : '```';
    this.#blocks.push(`${fence}${language}\n${text}\n${fence}`);
  }

  page(path: string, title: string): DocumentPage {
    this.#endList();
    const content = `${this.#blocks.join('\n\n')}\n`;
    return { path, title, content, citations: [...this.#citations.values()] };
  }

  #endList(): void {
    if (this.#items.length > 0) this.#blocks.push(this.#items.join('\n'));
    this.#items = [];
  }

  #cite(citations: readonly Citation[]): string {
    for (const citation of citations)
      this.#citations.set(`${citation.path}\0${citation.startLine}\0${citation.endLine}`, citation);
    if (citations.length === 0) return '';
    return ` (${citations.slice(0, MOST_SHOWN).map(citationLink).join(', ')})`;
  }
}
