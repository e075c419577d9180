export { hex, letters, plantedSecrets, type PlantedSecret } from './planted-secrets.ts';
export { beginningsOf } from './sample-of-pattern.ts';
export {
  fuzz,
  hostileText,
  seededRandom,
  type FuzzBounds,
  type FuzzFinding,
  type FuzzTarget,
  type Random,
} from './fuzz.ts';
export { fuzzTargets, splitterTarget } from './fuzz-targets.ts';
export { digestsOf } from './patterns-of.ts';
export { runFuzz } from './run-fuzz.ts';
export { readFuzzTable } from './fuzz-table.ts';
export { honestModel, startFakeChat, type ChatAnswer, type FakeChat } from './start-fake-chat.ts';
export { heldFamilies, tunedFamilies, type FactFamily } from './planted-facts.ts';
export { drawFrom, plantedLetters, type PlantedLetter } from './planted-letters.ts';
