import { remembered } from '../words/remembered.ts';

/** A name as it is looked up: `createQueue`, `create_queue` and `Create-Queue` are one, and so are `Router.add` and `Router::add`. */
export function nameKey(name: string): string {
  const lower = name.toLowerCase();
  // Nearly every name of code is plain, and telling so is much quicker than looking for marks.
  return PLAIN.test(lower) ? lower : lower.replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

const PLAIN = /^[a-z0-9]*$/;

/** PostgreSQL keeps no lexeme longer than 2,046 bytes; a longer name is not looked up as a whole. */
const LONGEST = 200;

/** The keys under which a definition is found: its own name, and the name with the containers that it stands in. */
export const keysOfName = remembered(readKeys, 1_000_000);

function readKeys(qualifiedName: string): readonly string[] {
  const parts = qualifiedName.split('.').filter((part) => part !== '');
  const own = parts.at(-1) ?? qualifiedName;
  const keys = [own, parts.slice(-2).join('.'), qualifiedName].map(nameKey);
  return [...new Set(keys)].filter((key) => key !== '' && key.length <= LONGEST);
}
