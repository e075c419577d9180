import type { FactsBuilder } from '../facts-builder.ts';
import type { Declared, Scopes } from '../scopes.ts';

/** Everything the passes over one text share. */
export interface EcmascriptText {
  readonly facts: FactsBuilder;
  readonly scopes: Scopes;
  /** The symbol in whose definition each node stands; -1 at the top. */
  readonly inside: Int32Array;
  /** Where each symbol is defined, to work out types and bases later. */
  readonly definedAt: number[];
  /** Nodes that declare a name instead of using one. */
  readonly declaring: Uint8Array;
  /** Symbols by the class or namespace they are members of. */
  readonly members: Map<number, Map<string, number>>;
  /** Declarations whose type is being worked out. */
  readonly following: Set<Declared>;
}
