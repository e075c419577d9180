/** Raised when the same text would yield different facts: facts of an older version are read again. */
export const FACTS_VERSION = 7;

/** The kinds of named definitions that symbols have. */
export type SymbolKind =
  | 'MODULE'
  | 'NAMESPACE'
  | 'CLASS'
  | 'INTERFACE'
  | 'TYPE'
  | 'ENUM'
  | 'FUNCTION'
  | 'METHOD'
  | 'FIELD'
  | 'VARIABLE'
  | 'CONSTANT';

/** A type as a text states it: enough to look up a member later, or nothing at all. */
export type TypeRef =
  /** A symbol of this file, by its index. */
  | { readonly of: 'SYMBOL'; readonly symbol: number }
  /** A name that an import brought in; `path` leads further, as in `ns.parts.Type`. */
  | {
      readonly of: 'IMPORT';
      readonly import: number;
      readonly name: string;
      readonly path: readonly string[];
    }
  /** The result of calling a symbol of this file or an import, where its definition states one. */
  | { readonly of: 'RESULT'; readonly callee: Binding }
  /** The stated type of a member of another type, as in `this.store` where the class is defined elsewhere. */
  | { readonly of: 'MEMBER'; readonly type: TypeRef; readonly name: string }
  /** A name that is neither defined nor imported here: of the same package, or of the language itself. */
  | { readonly of: 'NAME'; readonly name: string };

/** The meaning of a name, as far as its own file determines it. */
export type Binding =
  /** A symbol of this file, found by the language's own scopes. */
  | { readonly to: 'SYMBOL'; readonly symbol: number }
  /** A name of an import; `path` leads further where members follow, as in `ns.parts.name`. */
  | {
      readonly to: 'IMPORT';
      readonly import: number;
      readonly name: string;
      readonly path: readonly string[];
    }
  /** A member of a type that the text states: by a constructor, an annotation, `this` or `self`. */
  | { readonly to: 'MEMBER'; readonly type: TypeRef; readonly name: string }
  /** A name without a definition in reach. `member` is set where it stands behind a receiver of unknown type. */
  | { readonly to: 'NAME'; readonly name: string; readonly member: boolean };

/** One named definition. */
export interface SymbolFact {
  readonly name: string;
  /** With the definitions it stands in, joined by dots: `Router.add`. */
  readonly qualifiedName: string;
  readonly kind: SymbolKind;
  /** The line of the name, and the lines of the whole definition. Lines count from 1. */
  readonly line: number;
  readonly startLine: number;
  readonly endLine: number;
  /** The declaration without its body, on one line, at most 400 characters. */
  readonly signature: string | null;
  /** The doc comment as text, at most 4,000 characters. */
  readonly documentation: string | null;
  /** Whether other files may use it, by the rules of its language. */
  readonly isExported: boolean;
  /** The index of the symbol it stands in. */
  readonly parent: number | null;
  /** The type that a method belongs to where this file does not define it: a receiver of Go, an `impl` of Rust. */
  readonly owner: TypeRef | null;
  /** The types that a class or interface extends or implements. */
  readonly bases: readonly TypeRef[];
  /** The stated type of a field, variable or parameterless property, or the stated result of a function. */
  readonly type: TypeRef | null;
  /** Static members are found through the type's name, others through its instances. */
  readonly isStatic: boolean;
}

/** The form in which an import is written. */
export type ImportKind = 'IMPORT' | 'REEXPORT' | 'REQUIRE' | 'DYNAMIC' | 'INCLUDE' | 'MODULE';

/** One import statement, or one of the parts of a list of imports. */
export interface ImportFact {
  readonly kind: ImportKind;
  /** The target exactly as written: `./router`, `fmt`, `..models`, `crate::net::Socket`, `<stdio.h>`. */
  readonly specifier: string;
  readonly line: number;
  readonly isTypeOnly: boolean;
  /**
   * The imported names with their local aliases. `*` stands for the module itself as a namespace, `default` for its
   * default export. Empty for an import for its effects.
   */
  readonly names: readonly { readonly name: string; readonly alias: string }[];
  /** Whether everything the target exports comes into scope, as with `from x import *` or `using x`. */
  readonly isWildcard: boolean;
  /** The modules of this very text that it stands in, from the outermost, where its path starts from them. */
  readonly within?: readonly string[];
}

/** One name under which other files can import something of this one. */
export interface ExportFact {
  /** `*` for everything that the import it comes from exports. */
  readonly name: string;
  readonly binding: Binding | null;
  readonly line: number;
}

export type ReferenceKind = 'CALL' | 'IMPORT' | 'TYPE' | 'EXTENDS' | 'READ';

/** One use of a name that may be defined elsewhere or at the top of this file. Uses of local variables are left out. */
export interface ReferenceFact {
  readonly binding: Binding;
  readonly kind: ReferenceKind;
  readonly line: number;
  /** The index of the symbol in whose definition it stands; null at the top of the file. */
  readonly inside: number | null;
}

/** Simple measures of a text. */
export interface FileMeasures {
  readonly lines: number;
  /** Lines that hold code: neither blank nor only comment. */
  readonly codeLines: number;
  readonly commentLines: number;
}

/** Something suspicious that one text shows by itself, such as a swallowed error. */
export interface FindingFact {
  readonly rule: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly inside: number | null;
  /** Changes with the text and with nothing else: what people decide of a finding is kept under it. */
  readonly evidence: string;
}

/** All facts of one text, independent of its path and repository. */
export interface FileFacts {
  readonly symbols: readonly SymbolFact[];
  readonly imports: readonly ImportFact[];
  readonly exports: readonly ExportFact[];
  readonly references: readonly ReferenceFact[];
  readonly findings: readonly FindingFact[];
  readonly measures: FileMeasures;
  /** The package or module that the text declares for itself, with its language: `go:chi`, `java:org.jsoup`, `npm:zod`. */
  readonly packageName: string | null;
  /** Whether parts could not be parsed; the facts of the other parts are complete. */
  readonly isPartial: boolean;
}
