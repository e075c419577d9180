import type { Binding, TypeRef } from './file-facts.ts';

/** A name as a scope knows it. */
export type Declared =
  | { readonly is: 'SYMBOL'; readonly symbol: number }
  | { readonly is: 'IMPORT'; readonly import: number; readonly name: string }
  /** A parameter or local variable; `type` works out its stated type when it is first asked for. */
  | {
      readonly is: 'LOCAL';
      readonly type: () => TypeRef | null;
      /** For a list: the stated type of its elements. */
      readonly element?: () => TypeRef | null;
    };

/** Deeper scopes share the one at this depth, so that a look-up through all of them stays short. */
const DEEPEST = 500;

/** The scopes of one text: which names each declares, and which one every node stands in. */
export class Scopes {
  readonly #parents: number[] = [];
  readonly #depths: number[] = [];
  readonly #names: Map<string, Declared>[] = [];
  readonly #ofNode: Int32Array;

  constructor(nodes: number) {
    this.#ofNode = new Int32Array(nodes);
  }

  /** Opens a scope inside another one; -1 stands for none. */
  open(parent: number): number {
    const depth = (this.#depths[parent] ?? -1) + 1;
    if (depth > DEEPEST) return parent;
    this.#parents.push(parent);
    this.#depths.push(depth);
    this.#names.push(new Map());
    return this.#names.length - 1;
  }

  place(node: number, scope: number): void {
    this.#ofNode[node] = scope;
  }

  of(node: number): number {
    return this.#ofNode[node] ?? 0;
  }

  /** The first declaration of a name wins, except that a symbol or import is never hidden by a repeated local one. */
  declare(scope: number, name: string, declared: Declared): void {
    const names = this.#names[scope];
    if (names === undefined || name === '') return;
    const present = names.get(name);
    if (present === undefined || (present.is === 'LOCAL' && declared.is !== 'LOCAL'))
      names.set(name, declared);
  }

  /** A name that this very scope declares. */
  own(scope: number, name: string): Declared | undefined {
    return this.#names[scope]?.get(name);
  }

  /** Declares a name in the place of an earlier declaration of it. */
  replace(scope: number, name: string, declared: Declared): void {
    if (name !== '') this.#names[scope]?.set(name, declared);
  }

  /**
   * The declaration a name refers to, seen from a scope; undefined for a name that no scope in reach declares. Those that
   * `isHidden` names are passed over.
   */
  find(scope: number, name: string, isHidden?: (declared: Declared) => boolean): Declared | undefined {
    for (let at = scope; at >= 0; at = this.#parents[at] ?? -1) {
      const declared = this.#names[at]?.get(name);
      if (declared !== undefined && isHidden?.(declared) !== true) return declared;
    }
    return undefined;
  }
}

/** A declared name as a binding; null for a local, which no other file can refer to. */
export function bindingOf(declared: Declared): Binding | null {
  switch (declared.is) {
    case 'SYMBOL':
      return { to: 'SYMBOL', symbol: declared.symbol };
    case 'IMPORT':
      return { to: 'IMPORT', import: declared.import, name: declared.name, path: [] };
    case 'LOCAL':
      return null;
  }
}

/** A declared name as a type. */
export function typeOfDeclared(declared: Declared): TypeRef | null {
  switch (declared.is) {
    case 'SYMBOL':
      return { of: 'SYMBOL', symbol: declared.symbol };
    case 'IMPORT':
      return { of: 'IMPORT', import: declared.import, name: declared.name, path: [] };
    case 'LOCAL':
      return null;
  }
}
