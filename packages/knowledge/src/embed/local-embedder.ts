import { setImmediate as breathe } from 'node:timers/promises';
import { codeWords } from '../words/code-words.ts';
import { DIMENSION, type EmbeddedText, type Embedder } from './embedder.ts';
import { isFiller, stemOf } from '../words/search-words.ts';
import { spread } from './rotate-vector.ts';

/** Words of nearly every file, which distinguish none. */
const common = new Set(
  `a an the of to in on for and or not is are be by with as at from this that it if else return const let var function new null undefined true false void int string number boolean
  class public private static import export default def self none type interface async await throw try catch finally while do switch case break continue get set i j k e x y
  any use used uses when which will can may has have its into than then there each all one two first last`.split(
    /\s+/,
  ),
);

/** Words with the same meaning in code; each group is hashed as its first word. */
const groups =
  `remove delete del rm drop erase destroy discard|create make new build construct generate add insert|get fetch load read retrieve obtain|set put write save store update assign
directory dir folder|config configuration cfg settings options opts|message msg|error err exception failure fail|parameter param arg argument args params|initialize init setup start begin
database db|authentication auth login signin|authorization permission authorize|temporary temp tmp|maximum max upper|minimum min lower|length len size count|string str text|number num integer
execute exec run invoke call perform|validate check verify assert ensure test|convert transform map parse decode|format print render stringify serialize encode|compare equal equals match same
request req|response res reply answer|callback cb handler listener|previous prev|next following|index idx position pos offset|array list collection|object obj|document doc docs|environment env
repository repo|synchronize sync|asynchronous async|find search lookup query locate|close end stop finish terminate|open connect|send emit publish dispatch|receive subscribe listen
copy clone duplicate|merge combine join concat|split divide separate|sort order|path file filename|url uri link address|user person account|password secret credential|image picture img`
    .split(/[|\n]/)
    .map((group) => group.trim().split(/\s+/));
const meaning = new Map(groups.flatMap((group) => group.map((word) => [word, group[0] ?? word] as const)));

const CHUNK = 48;

/**
 * Vectors without a network, a model to download or a secret: words, their parts, stems, pairs and letter groups,
 * hashed into 1,536 places. The same text always gives the same vector, at thousands a second.
 *
 * It knows synonyms from a small list only. It finds names, spelling variants and shared vocabulary; it does not
 * understand a paraphrase, another human language or what code does. A model behind the `openai` provider does.
 */
export function localEmbedder(): Embedder<Float32Array> {
  return {
    model: 'local-3',
    async *embed(texts, { signal }): AsyncGenerator<EmbeddedText<Float32Array>[]> {
      for (let at = 0; at < texts.length; at += CHUNK) {
        signal.throwIfAborted();
        yield texts
          .slice(at, at + CHUNK)
          .map((text, index) => ({ index: at + index, vector: hashedVector(text) }));
        await breathe();
      }
    },
  };
}

/** The vector of one text. */
export function hashedVector(text: string): Float32Array {
  const vector = new Float32Array(DIMENSION);
  for (const [feature, weight] of featuresOf(text)) {
    const hash = hashOf(feature);
    // The tenth use of a word says hardly more than the third. The sign keeps collisions from adding up.
    const place = 1 + (hash % (DIMENSION - 1));
    vector[place] = (vector[place] ?? 0) + (hash & 0x8000_0000 ? -1 : 1) * Math.log1p(weight);
  }
  const length = Math.hypot(...vector);
  // A text without words gets a direction of its own, far from all others: a vector of zeros has no angle.
  if (length === 0) vector[0] = 1;
  else for (let at = 0; at < DIMENSION; at += 1) vector[at] = (vector[at] ?? 0) / length;
  return spread(vector);
}

/** Words, stems, pairs of words and letter groups, each with its weight. */
function featuresOf(text: string): Map<string, number> {
  const weights = new Map<string, number>();
  const add = (feature: string, weight: number): void => {
    weights.set(feature, (weights.get(feature) ?? 0) + weight);
  };
  let before = '';
  for (const word of codeWords(text).split(' ')) {
    if (word.length < 2 || isFiller(word)) continue;
    const isCommon = common.has(word);
    const weight = isCommon ? 0.15 : 1;
    const stem = stemOf(word);
    add(`w ${word}`, weight * 0.6);
    add(`s ${meaning.get(word) ?? meaning.get(stem) ?? stem}`, weight);
    if (isCommon) continue;
    if (before !== '') add(`p ${before} ${stem}`, 0.4);
    before = stem;
    for (const letters of letterGroups(word)) add(`g ${letters}`, 0.6 / (word.length + 2));
  }
  return weights;
}

/** The groups of four letters in a word, with marks at its ends. */
function letterGroups(word: string): string[] {
  const edged = `^${word}$`;
  return word.length > 3 ? Array.from({ length: edged.length - 3 }, (_, at) => edged.slice(at, at + 4)) : [];
}

/** FNV-1a with a final mixing step, which makes its low bits as random as its high ones. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
