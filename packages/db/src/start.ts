// The door for a program that starts the embedded database before it loads the rest of this package.
export { DbError } from './database/db-error.ts';
export { startEmbedded, type StartedEmbedded } from './database/embedded/start-embedded.ts';
