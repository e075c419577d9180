export {
  classifyPath,
  parseIgnoreRules,
  type Classification,
  type IgnoredReason,
  type IgnoreRules,
} from './classify-path.ts';
export { createSplitter, type Splitter } from './create-splitter.ts';
export { decodeAs, decodeContent, isLfsPointer, type Decoded, type TextEncoding } from './decode-content.ts';
export {
  DIMENSION,
  EmbedderError,
  type EmbeddedText,
  type Embedder,
  type EmbedderErrorCode,
} from './embedder.ts';
export { localEmbedder } from './local-embedder.ts';
export { openaiEmbedder, type OpenaiEmbedderOptions } from './openai-embedder.ts';
export { redact, REDACTION_VERSION, type Finding } from './redact.ts';
export { searchWords } from './search-words.ts';
export { estimateTokens, passageOf, SPLIT_VERSION, type SplitEntry } from './split-entry.ts';
