export { hex, letters, plantedSecrets, type PlantedSecret } from './planted-secrets.ts';
export { beginningsOf } from './sample-of-pattern.ts';
export { heldFamilies, tunedFamilies, type FactFamily } from './planted-facts.ts';
export { drawFrom, plantedLetters, type PlantedLetter } from './planted-letters.ts';
