import { searchWords } from '../words/search-words.ts';
import { filesMentioned, isLongText, partsOfIssue, type QuestionPart } from './issue-text.ts';
import { namesInFrames } from './frame-names.ts';
import { nameKey } from './name-key.ts';
import { kindsAskedFor, type PathKind } from './path-kind.ts';
import {
  splitOperators,
  type QuestionFilters,
  type QuestionProblem,
  type SplitQuestion,
} from './question-operators.ts';

/** A question, read once for everything that looks for answers. */
export interface ReadQuestion {
  /** The text to embed: the sentences without template lines. */
  readonly text: string;
  /** The words that passages are indexed by, each once, with what it counts. */
  readonly words: readonly { readonly word: string; readonly weight: number }[];
  /** Names of code in the question as they are written, the surest first. */
  readonly names: readonly string[];
  /** Whether the question is nothing but a name. */
  readonly isName: boolean;
  /** Base names of files that it mentions. */
  readonly files: readonly string[];
  readonly asksFor: ReadonlySet<PathKind>;
  readonly filters: QuestionFilters;
}

/** A question longer than this is not read: no one writes it by hand, and reading it would take long. */
export const LONGEST_QUESTION = 100_000;
const MOST_WORDS = 48;
const MOST_NAMES = 16;
const LONGEST_EMBEDDED = 4000;

/** Words beside a name that only say what it is: `InvalidArgumentError class`. */
const beside = new Set(
  `class classes function functions method methods type types interface struct enum trait constant const variable field module
middleware decorator hook helper definition def fn func the a of where is defined declared find show impl implementation implemented property
attribute symbol`.split(/\s+/),
);
/** Words that only say what a name is, at the end of it. */
const identifier = /[\p{L}_$@][\p{L}\p{N}_$]*(?:(?:\.|::|#|->|\\)[\p{L}_$][\p{L}\p{N}_$]*)*[?!]?/gu;
const looksLikeCode = /[\p{Ll}\p{N}]\p{Lu}|_|\.|::|#|->|\\|\$|[?!]$|^\p{Lu}{2,}$/u;

/** Reads a question with its operators. What cannot be answered comes back as a problem, in words for a person. */
export function readQuestion(question: string): ReadQuestion | QuestionProblem {
  const problem = tooLong(question, 'A question');
  if (problem !== null) return problem;
  const split = splitOperators(question.toWellFormed());
  return 'code' in split ? split : readSplit(split);
}

/** Reads a task in a person's words, often a whole issue: nothing in it is an operator. */
export function readTask(task: string): ReadQuestion | QuestionProblem {
  return tooLong(task, 'A task') ?? readSplit({ text: task.toWellFormed(), filters: noFilters });
}

const noFilters: QuestionFilters = {
  phrases: [],
  pattern: null,
  paths: [],
  languages: [],
  repositories: [],
  symbols: [],
  excluded: [],
};

function tooLong(text: string, subject: string): QuestionProblem | null {
  if (text.length <= LONGEST_QUESTION) return null;
  const [most, given] = [LONGEST_QUESTION, text.length].map((count) => count.toLocaleString('en'));
  return {
    code: 'QUESTION_TOO_LONG',
    message: `${subject} may have ${most} characters; this one has ${given}.`,
  };
}

function readSplit(split: SplitQuestion): ReadQuestion {
  const text = split.text.trim();
  const isLong = isLongText(text);
  const parts: readonly QuestionPart[] = isLong ? partsOfIssue(text) : [{ text, weight: 1 }];
  const { names, isName } = namesIn(text, parts, split.filters.symbols);
  return {
    text: isLong
      ? parts
          .filter(({ weight }) => weight >= 1)
          .map((part) => part.text)
          .join('\n')
          .slice(0, LONGEST_EMBEDDED)
      : text.slice(0, LONGEST_EMBEDDED),
    words: wordsOf(parts),
    names,
    isName,
    files: filesMentioned(text).slice(0, 8),
    asksFor: kindsAskedFor(isLong ? '' : text),
    filters: split.filters,
  };
}

/** Reads a question that is known to be one, as tests and benchmarks ask. */
export function readQuestionOrThrow(question: string): ReadQuestion {
  const read = readQuestion(question);
  if ('code' in read) throw new Error(read.message);
  return read;
}

/** The words by which a text is searched; what is said more than once counts a little more. */
function wordsOf(parts: readonly QuestionPart[]): { word: string; weight: number }[] {
  const weights = new Map<string, number>();
  for (const { text, weight } of parts)
    for (const word of searchWords(text).split(' ')) {
      if (word === '') continue;
      const before = weights.get(word);
      weights.set(
        word,
        before === undefined ? weight : Math.max(before, weight) + 0.1 * Math.min(before, weight),
      );
    }
  // The first words win where there are too many: a title stands before the rest.
  return [...weights]
    .map(([word, weight]) => ({ word, weight: Math.min(weight, 2) }))
    .sort((a, b) => (weights.size > MOST_WORDS ? b.weight - a.weight : 0))
    .slice(0, MOST_WORDS);
}

/** `func (r *Router) Add(path string)` is Router.Add, and `add(path, options)` is add. */
function withoutSignature(text: string): string {
  return text
    .replace(/^(?:func\s+)?\((?:\w+\s+)?[*&]?(\w+)(?:\[\w+\])?\)[\s.]*(?=\w)/, '$1.')
    .replace(/^((?:\w+\s+){0,2}[\w.:#$@>-]+[!?]?)(?:<[^<>]*>)?\(.*\)[\s;{]*$/, '$1');
}

function namesIn(
  text: string,
  parts: readonly QuestionPart[],
  symbols: readonly string[],
): { names: string[]; isName: boolean } {
  if (symbols.length > 0) return { names: [...symbols], isName: true };
  const tokens = withoutSignature(text)
    .split(/\s+/)
    .filter((token) => token !== '');
  const content = tokens.filter((token) => !beside.has(token.toLowerCase()) || tokens.length === 1);
  const identifiers = [...new Set(parts.flatMap((part) => part.text.match(identifier) ?? []))];
  const codeLike = identifiers.filter((name) => looksLikeCode.test(name) && nameKey(name).length > 1);
  // `weakable map` is WeakableMap: the whole of a short question may be a name that is written with spaces.
  const whole =
    content.length <= 5 && text.length < 80 && /^[\p{L}\p{N}_$.:#\-?!>\\()@*& ]+$/u.test(content.join(' '))
      ? [content.join(' ')]
      : [];
  const isName = content.length === 1 && nameKey(content[0] ?? '') !== '';
  const names = [...whole, ...namesInFrames(text), ...codeLike].flatMap((name) => {
    const bare = name.replace(/\(\)?$/, '');
    // Definitions are known by their own name, with one container and with all of them.
    const parts = bare.split(/\.|::|#|->|\\/);
    return parts.length > 2 ? [bare, parts.slice(-2).join('.')] : [bare];
  });
  return { names: [...new Set(names)].filter((name) => nameKey(name) !== '').slice(0, MOST_NAMES), isName };
}
