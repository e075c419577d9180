import type { Citation } from '../documents/document-page.ts';
import { plainText } from '../documents/markdown.ts';
import type { PageMaterial } from './page-material.ts';
import { WriterError } from './writer.ts';

/** A sentence of a model, with the lines whose text it quoted. */
export interface ModelStatement {
  readonly text: string;
  readonly citations: readonly Citation[];
}

const MOST = 8;
const MOST_EVIDENCE = 3;
const LONGEST = 420;
const QUOTE = { shortest: 8, longest: 400 };

/** A quote that speaks to a model is an attempt to steer one, and evidence of nothing. */
const SPEAKS_TO_A_MODEL =
  /\b(ignore|disregard|forget)\b.{0,40}\b(instruction|prompt|previous|above|rule)|\b(system prompt|language model|you are (now )?(an?|the) |as an ai|assistant:|respond with|your (new )?(instructions|task))/i;
const ADDRESS = /\b(https?|ftp|data|javascript|mailto):|\bwww\.|@[\w-]+\.[a-z]{2}/i;
/** Words that look like names of code or paths: they have to stand in the material. */
const NAME = /[\w$@./-]*(?:[a-z][A-Z]|[\w-][./_][\w]|\w\(\))[\w$@./-]*/g;

/**
 * Reads the answer of a model, and keeps what the material proves: each quote is the very text of lines that were given, and each
 * name stands in it. Throws where the answer is not the JSON that was asked for.
 */
export function readModelAnswer(answer: string, material: PageMaterial): ModelStatement[] {
  const given = [
    material.page.path,
    material.page.content,
    ...material.excerpts.flatMap(({ path, lines }) => [path, ...lines]),
  ].join('\n');
  const kept = new Map<string, ModelStatement>();
  for (const { text, evidence } of statementsOf(answer).slice(0, MOST)) {
    const plain = plainText(text.replaceAll('`', ''));
    const citations = evidence.slice(0, MOST_EVIDENCE).map((each) => placeOf(each, material));
    const isProven = citations.length > 0 && citations.every((citation) => citation !== null);
    if (isProven && isPlain(text, plain) && namesIn(text).every((name) => given.includes(name)))
      kept.set(plain, { text: plain, citations: citations.filter((citation) => citation !== null) });
  }
  return [...kept.values()];
}

interface GivenStatement {
  readonly text: string;
  readonly evidence: readonly { readonly path: string; readonly quote: string }[];
}

function statementsOf(answer: string): GivenStatement[] {
  const invalid = new WriterError(
    'WRITER_INVALID_ANSWER',
    'The model did not answer with the JSON that it was asked for.',
    {
      retryable: false,
      mayCost: true,
    },
  );
  let value: unknown;
  try {
    // Many models frame their JSON as Markdown, whatever they are asked.
    value = JSON.parse(answer.trim().replace(/^```(?:json)?\s*\n([\s\S]*?)\n?```$/, '$1'));
  } catch {
    throw invalid;
  }
  const statements = at(value, 'statements');
  if (!Array.isArray(statements)) throw invalid;
  return statements.flatMap((statement: unknown): GivenStatement[] => {
    const text = at(statement, 'text');
    const evidence = at(statement, 'evidence');
    if (typeof text !== 'string' || !Array.isArray(evidence)) throw invalid;
    return [
      {
        text,
        evidence: evidence.map((each: unknown) => {
          const [path, quote] = [at(each, 'path'), at(each, 'quote')];
          if (typeof path !== 'string' || typeof quote !== 'string') throw invalid;
          return { path, quote };
        }),
      },
    ];
  });
}

function at(value: unknown, name: string): unknown {
  return value instanceof Object ? Reflect.get(value, name) : null;
}

/** The lines of a quote; null where it is not the exact text of lines that were given. */
function placeOf(
  { path, quote }: GivenStatement['evidence'][number],
  { excerpts }: PageMaterial,
): Citation | null {
  const text = quote.trim();
  const isFit = text.length >= QUOTE.shortest && text.length <= QUOTE.longest;
  if (!isFit || SPEAKS_TO_A_MODEL.test(text) || text.includes('«redacted:')) return null;
  for (const excerpt of excerpts) {
    if (excerpt.path !== path) continue;
    const whole = excerpt.lines.join('\n');
    const from = whole.indexOf(text);
    if (from < 0) continue;
    const startLine = excerpt.startLine + newlines(whole.slice(0, from));
    return { path, startLine, endLine: startLine + newlines(text) };
  }
  return null;
}

const newlines = (text: string): number => text.split('\n').length - 1;

/** A sentence or two without an address, a heading, HTML or an order to a model. */
function isPlain(given: string, plain: string): boolean {
  return (
    plain.length >= 12 &&
    plain.length <= LONGEST &&
    !ADDRESS.test(given) &&
    !/[<>]|```|\]\(|^\s*#/m.test(given) &&
    !SPEAKS_TO_A_MODEL.test(given)
  );
}

/** The names in a sentence: what stands in code style, and what looks like a path or an identifier. */
function namesIn(text: string): string[] {
  const inCode = Array.from(text.matchAll(/`([^`]+)`/g), ([, name = '']) => name);
  const plain = text.replace(/`[^`]*`/g, ' ');
  const looking = Array.from(plain.matchAll(NAME), ([name]) => name);
  return [...inCode, ...looking]
    .map((name) =>
      name
        .trim()
        .replace(/[.,;:]+$/, '')
        .replace(/\(\)$/, ''),
    )
    .filter((name) => name !== '' && !/^(e\.g|i\.e|etc|vs|and\/or)$/.test(name));
}
