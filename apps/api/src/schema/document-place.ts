import { failed, type Failure } from '../graphql/mutation-result.ts';

const LONGEST_PATH = 1000;
const MOST_FOLDERS = 100;

/** Where a document stands, and the folders it speaks for. */
export interface DocumentPlace {
  /** Empty for a document without a place. */
  readonly path: string;
  readonly scope: readonly string[];
}

/** The place of a document as it is stored, or the reason it cannot be. */
export function placeOf(input: {
  readonly path?: string | null | undefined;
  readonly scope?: readonly string[] | null | undefined;
}): Failure | DocumentPlace {
  const path = input.path == null ? '' : folderOf(input.path);
  if (path === null) return invalid('A path');
  const folders = (input.scope ?? []).map(folderOf);
  const scope = folders.filter((folder) => folder !== null);
  if (scope.length < folders.length) return invalid('A folder of the scope');
  if (scope.length > MOST_FOLDERS)
    return failed('InvalidInputError', 'INVALID_PATH', `A scope has ${MOST_FOLDERS} folders at most.`);
  // All of the repository contains every other folder.
  return { path, scope: scope.includes('') ? [] : [...new Set(scope)].sort() };
}

/** A path without slashes at its ends; null where it leads nowhere. */
function folderOf(text: string): string | null {
  const path = text.trim().replace(/^\/+|\/+$/g, '');
  const isPath = path.isWellFormed() && !path.includes('\0') && path.length <= LONGEST_PATH;
  const parts = path === '' ? [] : path.split('/');
  return isPath && parts.every((part) => part !== '' && part !== '.' && part !== '..') ? path : null;
}

function invalid(subject: string): Failure {
  return failed(
    'InvalidInputError',
    'INVALID_PATH',
    `${subject} has at most ${LONGEST_PATH} characters and no empty, . or .. parts.`,
  );
}
