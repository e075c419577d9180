import { keptSchema, keptTables, shortestVectorBits, vectorTypes } from '../kept-tables.ts';

/** Placeholder for a name computed at run time. It may be any table, so it counts as protected. */
export const unknownName = 'project_sync_unknown_name';

/** A table known to the reader. */
export interface KnownTable {
  readonly schema: string;
  readonly name: string;
  /** `null` where its rows may be lost. */
  holds: 'vectors' | 'history' | null;
  /** Whether all columns are protected, or only `kept`. */
  everyColumn: boolean;
  readonly kept: Set<string>;
  readonly vectors: Set<string>;
  readonly truth: Set<string>;
  readonly key: Set<string>;
  /** The planner's row estimate; 0 for a table that the migration creates. */
  rows: number;
}

/** A column, as far as protection depends on it. */
export interface KnownColumn {
  readonly name: string;
  readonly isVector: boolean;
  readonly isKey: boolean;
}

/** A table to add to the catalogue. */
export interface NewTable {
  readonly schema: string;
  readonly name: string;
  readonly columns?: readonly KnownColumn[];
  readonly rows?: number;
}

/** A path by which a write to one relation reaches another: a view, inheritance, or a cascading foreign key. */
export interface Reach {
  readonly from: readonly [schema: string, name: string];
  readonly to: readonly [schema: string, name: string];
  readonly by: 'view' | 'parent' | 'foreign key';
}

/** A function and the text that defines it. */
export interface KnownFunction {
  readonly name: string;
  readonly definition: string;
}

/** The tables a migration may touch: existing ones, and those created by earlier statements. */
export class Catalogue {
  readonly #tables: KnownTable[] = [];
  readonly #reaches: Reach[] = [];
  readonly functions: KnownFunction[] = [];

  /** Adds a table. Its name and column types decide whether it is protected. */
  add({ schema, name, columns = [], rows = 0 }: NewTable): KnownTable {
    const declared = schema === keptSchema ? keptTables[name] : undefined;
    const vectors = columns.filter((column) => column.isVector).map((column) => column.name);
    const table: KnownTable = {
      schema,
      name,
      holds: vectors.length > 0 ? 'vectors' : (declared?.holds ?? null),
      everyColumn: declared !== undefined,
      kept: new Set([...vectors, ...columns.filter((column) => column.isKey).map((column) => column.name)]),
      vectors: new Set(vectors),
      truth: new Set([...vectors, ...(declared?.truth ?? [])]),
      key: new Set(columns.filter((column) => column.isKey).map((column) => column.name)),
      rows,
    };
    this.#tables.push(table);
    return table;
  }

  /** Records a new vector column. */
  addVector(table: KnownTable, column: string): void {
    table.holds = 'vectors';
    for (const set of [table.kept, table.vectors, table.truth]) set.add(column);
    for (const name of table.key) table.kept.add(name);
  }

  link(reach: Reach): void {
    this.#reaches.push(reach);
  }

  /** Returns the tables a name may refer to. An unqualified name matches every schema, since search_path is unknown. */
  find(schema: string, name: string): KnownTable[] {
    if (name === unknownName) return [anything];
    return this.#tables.filter(
      (table) => table.name === name && (schema === '' || schema === unknownName || table.schema === schema),
    );
  }

  /** Returns the protected tables among them. A declared name counts even if the database does not have it yet. */
  kept(schema: string, name: string): KnownTable[] {
    const known = this.find(schema, name);
    if (known.length > 0) return known.filter((table) => table.holds !== null);
    const declared = keptTables[name];
    if (declared === undefined || (schema !== '' && schema !== keptSchema)) return [];
    return [this.add({ schema: keptSchema, name, rows: Number.POSITIVE_INFINITY })];
  }

  /** Returns the protected tables that a write to this relation reaches indirectly. */
  reached(schema: string, name: string, ways: readonly Reach['by'][]): KnownTable[] {
    const seen = new Set<string>();
    const queue: (readonly [string, string])[] = [[schema, name]];
    const found: KnownTable[] = [];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      for (const reach of this.#reaches) {
        const starts =
          reach.from[1] === at[1] && (at[0] === '' || reach.from[0] === '' || reach.from[0] === at[0]);
        const key = reach.to.join('.');
        if (!starts || !ways.includes(reach.by) || seen.has(key)) continue;
        seen.add(key);
        queue.push(reach.to);
        found.push(...this.kept(...reach.to));
      }
    }
    return found;
  }

  /** Returns every protected table. */
  allKept(): KnownTable[] {
    return this.#tables.filter((table) => table.holds !== null);
  }

  /** Returns the protected tables of a schema; an unknown name may be any schema. */
  inSchema(schema: string): KnownTable[] {
    return this.#tables.filter(
      (table) => table.holds !== null && (schema === unknownName || table.schema === schema),
    );
  }
}

/** Returns whether a column of this table is protected. */
export function isKept(table: KnownTable, column: string): boolean {
  return table.everyColumn || table.kept.has(column) || column === unknownName;
}

/** Returns whether a type, given by name and length, holds vectors. */
export function isVectorType(name: string, length: number): boolean {
  if (name === 'bit' || name === 'varbit') return length >= shortestVectorBits;
  return vectorTypes.some((type) => type === name);
}

const anything: KnownTable = {
  schema: '',
  name: unknownName,
  holds: 'vectors',
  everyColumn: true,
  kept: new Set(),
  vectors: new Set([unknownName]),
  truth: new Set([unknownName]),
  key: new Set(),
  rows: Number.POSITIVE_INFINITY,
};
