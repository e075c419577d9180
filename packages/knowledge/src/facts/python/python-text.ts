import type { FactsBuilder } from '../facts-builder.ts';
import type { TypeRef } from '../file-facts.ts';
import type { Declared, Scopes } from '../scopes.ts';

/** The type of a value that a name is given. `NONE` says nothing: where a member is used, the name holds something else. */
export type Assigned = TypeRef | 'NONE' | null;

/** Everything the passes over one Python text share. */
export interface PythonText {
  readonly facts: FactsBuilder;
  readonly scopes: Scopes;
  /** The symbol in whose definition each node stands; -1 at the top. */
  readonly inside: Int32Array;
  readonly definedAt: number[];
  /** Nodes that declare a name instead of using one. */
  readonly declaring: Uint8Array;
  readonly members: Map<number, Map<string, number>>;
  /** The further values that a local name, a variable or a field is given, by its declaration or its symbol. */
  readonly values: Map<Declared | number, (() => Assigned)[]>;
  /** The types of names that are worked out. */
  readonly types: Map<Declared | number, TypeRef | null>;
  /** Declarations with a written type, which further values have to be of. */
  readonly stated: Set<Declared>;
  /** Declarations whose type is being worked out. */
  readonly following: Set<Declared | number>;
  /** `import a.b.c` binds `a`: the members that lead from there to the module that was imported. */
  readonly dotted: Map<number, readonly string[]>;
}

export const builtIn: ReadonlySet<string> = new Set(
  `ArithmeticError AssertionError AttributeError BaseException BytesIO Dict EOFError Ellipsis Exception False FileNotFoundError
   FrozenSet Generator ImportError IndexError Iterable Iterator KeyError KeyboardInterrupt List LookupError Mapping
   NameError None NotImplemented NotImplementedError OSError OverflowError PermissionError Protocol RecursionError
   RuntimeError Sequence Set StopAsyncIteration StopIteration SyntaxError SystemExit TimeoutError True Tuple Type
   TypeError UnicodeDecodeError UnicodeError ValueError Warning ZeroDivisionError __file__ __name__ abs all any ascii
   bin bool breakpoint bytearray bytes callable chr classmethod compile complex delattr dict dir divmod enumerate eval
   exec filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len
   list locals map max memoryview min next object oct open ord pow print property range repr reversed round set setattr
   slice sorted staticmethod str sum super tuple type vars zip`.split(/\s+/),
);

/** Generic types that stand for their argument. */
export const transparent: ReadonlySet<string> = new Set([
  'Optional',
  'Annotated',
  'Final',
  'ClassVar',
  'Awaitable',
  'Coroutine',
]);
