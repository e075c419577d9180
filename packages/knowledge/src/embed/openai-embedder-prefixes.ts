import { createHash } from 'node:crypto';

/** The texts that a model expects before a question and before a passage. */
export interface Prefixes {
  readonly query: string;
  readonly passage: string;
}

/** Prefixes of which some may be left to the model's name. */
export type GivenPrefixes = { readonly [Purpose in keyof Prefixes]?: string | undefined };

const NONE: Prefixes = { query: '', passage: '' };
const SENTENCE: Prefixes = {
  query: 'Represent this sentence for searching relevant passages: ',
  passage: '',
};
const TASK = 'Given a question about a code base, retrieve the code or documentation that answers it';

/**
 * The prefixes that each model's card documents, by its name. The first match counts. Names carry an owner, a tag or a
 * file's ending (`nomic-ai/nomic-embed-text-v1.5`, `nomic-embed-text:latest`, `nomic-embed-text-v1.5.Q8_0.gguf`).
 */
const known: readonly (readonly [RegExp, Prefixes])[] = [
  [/nomic-embed-text/, { query: 'search_query: ', passage: 'search_document: ' }],
  [
    /coderankembed|nomic-embed-code|swerankembed-small/,
    { query: 'Represent this query for searching relevant code: ', passage: '' },
  ],
  [
    /jina-code-embeddings/,
    {
      query: 'Find the most relevant code snippet given the following query:\n',
      passage: 'Candidate code snippet:\n',
    },
  ],
  [/embedding-?gemma/, { query: 'task: code retrieval | query: ', passage: 'title: none | text: ' }],
  [/qwen3-embedding/, { query: `Instruct: ${TASK}\nQuery:`, passage: '' }],
  [/\be5-.*instruct/, { query: `Instruct: ${TASK}\nQuery: `, passage: '' }],
  [/\be5-(?:small|base|large)/, { query: 'query: ', passage: 'passage: ' }],
  [/bge-m3|bge-.*-zh/, NONE],
  [/bge-(?:small|base|large)|mxbai-embed-(?:large|xsmall)/, SENTENCE],
  [/snowflake-arctic-embed(?:2|.*v2)/, { query: 'query: ', passage: '' }],
  [/snowflake-arctic-embed/, SENTENCE],
];

/** Returns the prefixes of a model: the given ones, and for each that is not given the one known by the model's name. */
export function prefixesFor(model: string, given: GivenPrefixes): Prefixes {
  const name = model.toLowerCase();
  const byName = known.find(([pattern]) => pattern.test(name))?.[1] ?? NONE;
  return { query: given.query ?? byName.query, passage: given.passage ?? byName.passage };
}

/**
 * The name that vectors are stored under. Another passage prefix gives vectors that are not comparable, so a hash of it
 * is part of the name, and a changed prefix is a change of model: passages are embedded again, and nothing is mixed. The
 * query prefix is left out, since it changes no stored vector.
 */
export function vectorsName(model: string, { passage }: Prefixes): string {
  if (passage === '') return model;
  return `${model}+${createHash('sha256').update(passage).digest('hex').slice(0, 8)}`;
}

/** Whether stored vectors come from a model, under whatever passage prefix: its query vectors lie in their space. */
export function isOfModel(storedName: string, model: string): boolean {
  return (
    storedName === model ||
    (storedName.startsWith(`${model}+`) && /^[0-9a-f]{8}$/.test(storedName.slice(model.length + 1)))
  );
}
