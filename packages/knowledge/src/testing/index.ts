export { hex, letters, plantedSecrets, type PlantedSecret } from './planted-secrets.ts';
