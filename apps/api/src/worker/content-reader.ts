import {
  classifyPath,
  decodeContent,
  parseIgnoreRules,
  REDACTION_VERSION,
  SPLIT_VERSION,
  UnreadableText,
  type Splitter,
} from '@project-sync/knowledge';
import type { ContentReader } from '@project-sync/sync';

/** Adapts packages/knowledge to the engine's port for reading contents. */
export function contentReader(splitter: Splitter): ContentReader {
  return {
    version: { split: SPLIT_VERSION, redaction: REDACTION_VERSION },
    classifier: (files) => {
      const rules = parseIgnoreRules(files);
      return (path) => classifyPath(path, rules);
    },
    decode: decodeContent,
    async split({ onFacts, ...input }) {
      try {
        if (onFacts === undefined) return await splitter.split(input);
        const { entries, facts } = await splitter.splitWithFacts(input);
        onFacts(facts);
        return entries;
      } catch (error) {
        if (error instanceof UnreadableText) return null;
        throw error;
      }
    },
  };
}
