import type { DocumentPage } from '../documents/document-page.ts';
import { citationLink, plainText } from '../documents/markdown.ts';
import type { ModelStatement } from './read-model-answer.ts';

/** A page with the part that a model wrote, marked as such. The generated text before it stays as it is. */
export function withModelPart(
  page: DocumentPage,
  { model, statements }: { readonly model: string; readonly statements: readonly ModelStatement[] },
): DocumentPage {
  if (statements.length === 0) return page;
  const items = statements.map(
    ({ text, citations }) => `- ${text} (${citations.map(citationLink).join(', ')})`,
  );
  const seen = new Map(
    [...page.citations, ...statements.flatMap(({ citations }) => citations)].map((citation) => [
      `${citation.path}\0${citation.startLine}\0${citation.endLine}`,
      citation,
    ]),
  );
  const part = [
    '## Written by a language model',
    `The model ${plainText(model)} wrote the following. Each statement quotes the lines it rests on; its conclusions are not checked.`,
    items.join('\n'),
  ].join('\n\n');
  return { ...page, content: `${page.content.trimEnd()}\n\n${part}\n`, citations: [...seen.values()] };
}
