/** A declaration of one file. */
interface Declared {
  readonly path: string;
  readonly name: string;
  readonly signature: string | null;
}

/**
 * A signature as a page shows it: without comments that stand inside of a declaration, and without the other names of a list of
 * accessors in Ruby. Null where it says no more than the name.
 */
export function plainSignature({ path, name, signature }: Declared): string | null {
  if (signature === null) return null;
  const plain = path.endsWith('.rb') ? ofRuby(signature) : withoutComment(signature).replace(DIRECTIVES, ' ');
  const text = plain.replace(/\s+/g, ' ').trim();
  return text === '' || text === name ? null : text;
}

/** Notes to tools between the parameters, which end with the rule that they name. */
const DIRECTIVES = /\s\/\/ (?:eslint|oxlint|biome|tslint)[\w-]*(?: [@\w/-]+,?)?(?=\s)|\/\*.*?\*\//g;

/** Between an annotation and the class below it a comment may stand, whose end the signature on one line does not show. */
function withoutComment(signature: string): string {
  if (!signature.startsWith('//')) return signature;
  const modifiers = [...signature.matchAll(/\b(?:public|protected|private|export)\s/g)];
  return signature.slice(modifiers.at(-1)?.index ?? 0);
}

function ofRuby(signature: string): string {
  const accessor = /^attr_\w+/.exec(signature)?.[0];
  // A hash inside of a string belongs to it: `"#{name}"` has no blank behind the sign.
  return accessor === undefined ? signature.replace(/\s#(?=[\s:#—–-]|$).*$/s, '') : accessor;
}
