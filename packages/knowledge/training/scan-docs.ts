import { countPlainWords, firstSentence, type Pair } from './pair.ts';

const markup = new Set(['md', 'mdx', 'markdown', 'rst', 'txt', 'html', 'htm', 'rdoc', 'adoc', 'asciidoc']);

/** True for files of prose that the scanner can read. */
export function isProse(extension: string): boolean {
  return markup.has(extension);
}

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  nbsp: ' ',
  '#39': "'",
  '#x27': "'",
};

/** An HTML page as Markdown: headings, code and the rest of its text. */
function markdownOf(html: string): string {
  return html
    .replace(/<(script|style|nav|head)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(
      /<h([1-6])[^>]*>([\s\S]*?)<\/h\1>/gi,
      (_all, level: string, title: string) =>
        `\n\n${'#'.repeat(Number(level))} ${title.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')}\n\n`,
    )
    .replace(
      /<pre[^>]*>([\s\S]*?)<\/pre>/gi,
      (_all, code: string) => `\n\`\`\`\n${code.replace(/<[^>]*>/g, '')}\n\`\`\`\n`,
    )
    .replace(/<\/(?:p|div|li|tr|dt|dd|section|table)>/gi, '\n\n')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&([a-z]+|#x?\w+);/gi, (_all, name: string) => entities[name] ?? ' ')
    .replace(/¶/g, ' ');
}

/** reStructuredText and AsciiDoc with headings and code as Markdown has them. */
function fromUnderlined(text: string): string {
  return text
    .replace(/^(\S.*)\n([=\-~^"'`#*+.:])\2{2,}[ \t]*$/gm, '\n## $1\n')
    .replace(
      /^(={1,5}) (\S.*)$/gm,
      (_all, level: string, title: string) => `${'#'.repeat(level.length)} ${title}`,
    )
    .replace(
      /^\.\. (?:code-block|sourcecode|highlight)::.*\n(?:[ \t]+:.*\n)*((?:\n|[ \t]+.*\n)+)/gm,
      '```\n$1\n```\n',
    )
    .replace(
      /^\.\. (?:[\w]+:)?(?:function|method|class|exception|data|attribute|option|command|describe)::[ \t]*(.+)$/gm,
      '\n### $1\n',
    )
    .replace(/::[ \t]*\n\n((?:[ \t]+.*\n|\n)+)/g, ':\n\n```\n$1\n```\n')
    .replace(/:[\w:]+:`~?([^`<]*)(?:<[^>]*>)?`/g, '$1');
}

interface Section {
  readonly titles: readonly string[];
  readonly text: string;
}

function sectionsOf(markdown: string): Section[] {
  const sections: Section[] = [];
  const titles: string[] = [];
  let from: string[] = [];
  let isCode = false;
  const close = (): void => {
    const text = from.join('\n').trim();
    if (text !== '') sections.push({ titles: titles.filter((title) => title !== undefined), text });
    from = [];
  };
  for (const line of markdown.split('\n')) {
    if (/^\s*(?:```|~~~)/.test(line)) isCode = !isCode;
    const heading = isCode ? null : /^(#{1,6})\s+(.+?)\s*#*$/.exec(line);
    if (heading === null) from.push(line);
    else {
      close();
      const level = (heading[1] ?? '#').length;
      titles.length = Math.min(titles.length, level - 1);
      titles[level - 1] = (heading[2] ?? '').replace(/\[([^\]]*)\]\([^)]*\)|[*`]|\{#[^}]*\}/g, '$1');
    }
  }
  close();
  return sections;
}

const fence = /(?:^|\n)\s*(?:```|~~~)[^\n]*\n([\s\S]*?)(?:\n\s*(?:```|~~~)|$)/g;
const LONGEST_SECTION = 1500;

/** Headings of the page rather than of its subject. */
const navigation =
  /^(?:navigation|(?:table of )?contents|index|previous|next|this page|quick search|see also|search)\b/i;

const common = new Set(
  'the of to and is a in that for be by it this with as are on or an if can not from you'.split(' '),
);

/** True where at least one word of eight is one of the commonest of English; shorter texts cannot be judged. */
function looksEnglish(text: string): boolean {
  const words = text.toLowerCase().match(/[\p{L}]+/gu) ?? [];
  const found = words.filter((word) => common.has(word)).length;
  return words.length < 30 || found * 12 >= words.length;
}

function* pairsOfSection({ titles, text }: Section): Generator<Pair> {
  const title = titles.at(-1) ?? '';
  if (navigation.test(title) || !looksEnglish(text.slice(0, LONGEST_SECTION).replace(fence, ' '))) return;
  const above = titles.at(-2) ?? '';
  const heading = countPlainWords(title) >= 3 ? title : `${above} ${title}`;
  const start = text.slice(0, LONGEST_SECTION);
  if (countPlainWords(heading) >= 2 && countPlainWords(start) >= 12)
    yield { kind: 'heading', question: heading, answer: start };
  const prose = start.replace(fence, '\n').trim();
  const sentence = firstSentence(prose.slice(0, 300));
  const rest = start.slice(sentence.length);
  if (countPlainWords(sentence) >= 5 && countPlainWords(rest) >= 15)
    yield { kind: 'heading', question: sentence, answer: rest };
  for (const found of text.slice(0, 6000).matchAll(fence)) {
    const code = found[1] ?? '';
    const before = text.slice(0, found.index).replace(fence, ' ').trim().slice(-300);
    const asked = `${title} ${before.split(/\n\s*\n/).at(-1) ?? ''}`;
    if (countPlainWords(asked) >= 4 && countPlainWords(code) >= 4)
      yield { kind: 'example', question: asked, answer: code.slice(0, LONGEST_SECTION) };
  }
}

/** Reads the pairs of one file of prose. */
export function scanDocs(text: string, extension: string): Pair[] {
  const markdown = extension.startsWith('htm')
    ? markdownOf(text)
    : extension === 'md' || extension === 'mdx' || extension === 'markdown'
      ? text
      : fromUnderlined(text);
  return sectionsOf(markdown).flatMap((section) => [...pairsOfSection(section)]);
}
