import type {
  ExportFact,
  FileFacts,
  FindingFact,
  ImportFact,
  ReferenceFact,
  SymbolFact,
  TypeRef,
} from './file-facts.ts';
import type { FlatTree } from './flat-tree.ts';
import { measureLines } from './measure-lines.ts';

const LONGEST_SIGNATURE = 400;
const LONGEST_DOCUMENTATION = 4000;
/** Texts that a program wrote can hold any number of names; beyond this the rest is left out and marked as partial. */
const MOST = { symbols: 20_000, references: 100_000, imports: 5000 } as const;

/** A symbol while its file is read: bases and types are known only when all names are. */
export type OpenSymbol = { -readonly [Key in keyof SymbolFact]: SymbolFact[Key] };

/** Collects the facts of one text. */
export class FactsBuilder {
  readonly tree: FlatTree;
  readonly symbols: OpenSymbol[] = [];
  readonly imports: ImportFact[] = [];
  readonly exports: ExportFact[] = [];
  readonly references: ReferenceFact[] = [];
  readonly findings: FindingFact[] = [];
  packageName: string | null = null;
  isPartial = false;

  constructor(tree: FlatTree) {
    this.tree = tree;
  }

  /** Adds a definition and returns its index, or -1 where there are too many. */
  symbol(
    node: number,
    nameNode: number,
    given: Pick<SymbolFact, 'name' | 'kind' | 'isExported' | 'parent'> &
      Partial<Pick<SymbolFact, 'signature' | 'documentation' | 'isStatic'>>,
  ): number {
    const { tree } = this;
    if (this.symbols.length >= MOST.symbols || given.name === '') {
      this.isPartial ||= given.name !== '';
      return -1;
    }
    const parent = given.parent === null ? null : this.symbols[given.parent];
    this.symbols.push({
      name: given.name.slice(0, 200),
      qualifiedName: (parent ? `${parent.qualifiedName}.${given.name}` : given.name).slice(0, 500),
      kind: given.kind,
      line: tree.line(nameNode),
      startLine: tree.line(node),
      endLine: tree.endLine(node),
      signature: given.signature ?? null,
      documentation: given.documentation ?? null,
      isExported: given.isExported,
      parent: given.parent,
      bases: [],
      type: null,
      isStatic: given.isStatic ?? false,
    });
    return this.symbols.length - 1;
  }

  import(fact: ImportFact): number {
    if (this.imports.length >= MOST.imports) {
      this.isPartial = true;
      return -1;
    }
    return this.imports.push(fact) - 1;
  }

  reference(fact: ReferenceFact): void {
    if (this.references.length < MOST.references) this.references.push(fact);
    else this.isPartial = true;
  }

  /** A definition without its body, on one line. */
  signatureOf(node: number, body: number): string {
    const { tree } = this;
    const end = body < 0 ? tree.end(node) : tree.start(body);
    return tree.source
      .slice(tree.start(node), Math.min(end, tree.start(node) + 2000))
      .replace(/\s+/g, ' ')
      .replace(/[\s{=:;,]+$/, '')
      .slice(0, LONGEST_SIGNATURE);
  }

  build(comment: (type: string) => boolean): FileFacts {
    const { symbols, imports, exports, references, findings, packageName, isPartial } = this;
    return {
      symbols,
      imports,
      exports,
      references,
      findings,
      measures: measureLines(this.tree, comment),
      packageName,
      isPartial,
    };
  }
}

/** The text of a doc comment without its marks. */
export function commentText(raw: string): string {
  return raw
    .replace(/^\s*\/\*+!?|\*+\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*(?:\*(?!\/)|\/\/[/!]?|#+)\s?/, '').trimEnd())
    .join('\n')
    .trim()
    .slice(0, LONGEST_DOCUMENTATION);
}

/** Leaves out what says nothing: a type that is only known by a name of the language itself. */
export function namedType(type: TypeRef | null, builtIn: ReadonlySet<string>): TypeRef | null {
  return type?.of === 'NAME' && builtIn.has(type.name) ? null : type;
}
