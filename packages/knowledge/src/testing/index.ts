export { hex, letters, plantedSecrets, type PlantedSecret } from './planted-secrets.ts';
export { beginningsOf } from './sample-of-pattern.ts';
