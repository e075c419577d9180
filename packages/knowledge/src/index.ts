export { classifyPath, type Classification } from './files/classify-path.ts';
export {
  parseIgnoreRules,
  ruleProblems,
  type IgnoredReason,
  type IgnoreRules,
} from './files/ignore-rules.ts';
export { createDrawer, type Drawer, type Drawing } from './diagrams/create-drawer.ts';
export { createSplitter, UnreadableText, type Splitter } from './split/create-splitter.ts';
export {
  decodeAs,
  decodeContent,
  isLfsPointer,
  type Decoded,
  type TextEncoding,
} from './files/decode-content.ts';
export {
  DIMENSION,
  EmbedderError,
  type EmbeddedText,
  type Embedder,
  type EmbedderErrorCode,
} from './embed/embedder.ts';
export { localEmbedder } from './embed/local-embedder.ts';
export { openaiEmbedder, type OpenaiEmbedderOptions } from './embed/openai-embedder.ts';
export type { EmbedderRequest } from './embed/openai-embedder-requests.ts';
export { isOfModel } from './embed/openai-embedder-prefixes.ts';
export { lineChanges, type LineChanges } from './diff/line-changes.ts';
export { redact, REDACTION_VERSION, type Finding } from './secrets/redact.ts';
export { remembered } from './words/remembered.ts';
export { searchWords, wordsOfStem } from './words/search-words.ts';
export { keysOfName, nameKey } from './rank/name-key.ts';
export { pathKind, TEST_PATH, type PathKind } from './rank/path-kind.ts';
export type { QuestionFilters, QuestionProblem } from './rank/question-operators.ts';
export {
  rankCandidates,
  type Candidate,
  type Collection,
  type MatchReason,
  type Ranked,
  type RankMode,
} from './rank/rank-candidates.ts';
export { definitionRow } from './rank/definition-row.ts';
export { matchedDefinition } from './rank/matched-definition.ts';
export {
  LONGEST_QUESTION,
  readQuestion,
  readQuestionOrThrow,
  readTask,
  type ReadQuestion,
} from './rank/read-question.ts';
export { rankForTask } from './rank/rank-for-task.ts';
export {
  assembleContext,
  type AssembledContext,
  type BudgetTooSmall,
  type ContextDocument,
  type ContextParts,
  type ContextPassage,
  type ContextRule,
  type Surrounding,
} from './context/assemble-context.ts';
export { openTokenCounter, TOKENIZER, type CountTokens } from './context/count-tokens.ts';
export { documentExcerpt } from './context/document-excerpt.ts';
export { RULE_PATH, ruleFileOf, ruleTitle, type Authority, type NamedPath } from './rules/rule-file.ts';
export { nearness, scopeBinds } from './rules/scope-binds.ts';
export { matchRanges, type TextRange } from './words/match-ranges.ts';
export { noteOf, type StoredNote } from './split/note-passage.ts';
export { documentPassages, type DocumentPassage } from './split/document-passages.ts';
export { embeddedText, estimateTokens, passageOf, type Passage } from './split/passage.ts';
export { SPLIT_VERSION, type Definition, type DefinitionKind, type SplitEntry } from './split/split-entry.ts';
export { isGeneratedText } from './files/generated-text.ts';
export {
  openTextVectors,
  STATIC_MODEL,
  staticEmbedder,
  type TextVectors,
  type WordVector,
} from './embed/static-embedder.ts';
export { factsOfText } from './facts/facts-of-text.ts';
export {
  FACTS_VERSION,
  type FileFacts,
  type ImportFact,
  type SymbolFact,
  type SymbolKind,
} from './facts/file-facts.ts';
export { manifestFacts, mayBeManifest, MOST_MANIFEST_BYTES } from './facts/manifest-facts.ts';
export { hasFacts } from './facts/read-facts.ts';
export { LINKS_VERSION, origins, type Certainty, type FileLinks, type Origin } from './resolve/file-links.ts';
export { resolveFile } from './resolve/resolve-file.ts';
export { surfaceHash, surfaceOf, symbolKeys, type FileSurface } from './resolve/surface.ts';
export { World, type Loaded, type NamedSymbol, type Wanted } from './resolve/world.ts';
export {
  insightCategories,
  isInsightCategory,
  type InsightCategory,
} from './consolidate/insight-category.ts';
export {
  bearing,
  groupStatements,
  readForComparing,
  type ReadStatement,
  type StatementGroup,
} from './consolidate/group-statements.ts';
export { neighbourKeys } from './consolidate/neighbour-keys.ts';
export { featuresOf } from './consolidate/statement-features.ts';
export { CONSOLIDATION_VERSION, readStatements, type Statement } from './consolidate/read-statements.ts';
export { digestFile, type DigestInput } from './patterns/digest-file.ts';
export { DIGEST_VERSION, type DigestPassage, type FileDigest } from './patterns/file-digest.ts';
export {
  MOST_PLACES,
  type FoundPattern,
  type PatternKind,
  type PatternPlace,
  type PatternSeverity,
} from './patterns/found-pattern.ts';
export { declaredLayers } from './patterns/declared-layers.ts';
export type { Declared, WrittenRules } from './patterns/detector.ts';
export { detectors, PATTERNS_VERSION } from './patterns/detectors.ts';
export {
  affectedDetectors,
  digestedSnapshot,
  findChangedPatterns,
  findPatterns,
  type DetectorResult,
  type DigestChange,
} from './patterns/find-patterns.ts';
export { rankPatterns, type RankedPattern } from './patterns/rank-patterns.ts';
export { changedOften, coChange, coChanges, hotspot, hotspots } from './patterns/change-history.ts';
export { removedThings, staleDocument, staleMentions, staleRule } from './patterns/stale-mentions.ts';
export { importCycles, layersOf } from './resolve/graph-measures.ts';
export { assembleModules, speakingFiles, type FolderRows } from './documents/assemble-modules.ts';
export { checkPage, type CheckedSnapshot } from './documents/check-page.ts';
export {
  canonicalJson,
  TEMPLATE_VERSION,
  type Citation,
  type DocumentPage,
} from './documents/document-page.ts';
export {
  moduleOf,
  modulePage,
  apiPage,
  isApiPage,
  type FolderFile,
  type FolderImport,
  type FolderSymbol,
  type ModuleFacts,
  type Prose,
} from './documents/module-facts.ts';
export {
  neighboursOf,
  ownHashOf,
  plannedApiPage,
  plannedModulePage,
  touchedNeighbours,
  type Neighbours,
} from './documents/module-pages.ts';
export type { ModuleSummary } from './documents/module-summary.ts';
export { moduleOwn, type ModuleOwn } from './documents/pages/module-page.ts';
export { firstParagraph } from './documents/prose.ts';
export { chatWriter, type ChatWriterOptions } from './write/chat-writer.ts';
export {
  materialCharacters,
  materialFiles,
  materialKey,
  materialOf,
  type PageMaterial,
} from './write/page-material.ts';
export { estimatedTokens, pageTask, TASK_VERSION } from './write/page-task.ts';
export { readModelAnswer, type ModelStatement } from './write/read-model-answer.ts';
export { withModelPart } from './write/with-model-part.ts';
export { WriterError, type Writer, type WriterErrorCode } from './write/writer.ts';
export { ciCommands, workflowPaths } from './documents/ci-commands.ts';
export { manifestNames, manifestsOf, readManifest } from './documents/read-manifest.ts';
export type { ManifestFacts, RepositoryFacts } from './documents/repository-facts.ts';
export { plannedConventions, repositoryPages, type PlannedPage } from './documents/repository-pages.ts';
export type { PagePattern, RulePatterns } from './documents/page-pattern.ts';
export {
  conventionRules,
  habitsOf,
  MOST_EXCEPTIONS,
  type Habits,
} from './documents/pages/conventions-page.ts';
export { namesInCode } from './documents/names-in-code.ts';
export {
  changelogPageOf,
  type ChangelogSide,
  type ExportedSymbol,
  type PatternChanges,
} from './documents/pages/changelog-page.ts';
