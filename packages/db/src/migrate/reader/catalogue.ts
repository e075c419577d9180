import { keptSchema, keptTables, shortestVectorBits, vectorTypes } from '../kept-tables.ts';

/** Stands for a name that only the running migration knows: it may be anything, so it counts as protected. */
export const unknownName = 'project_sync_unknown_name';

/** A table as the reader knows it. */
export interface KnownTable {
  readonly schema: string;
  readonly name: string;
  /** `null` where losing its rows loses nothing that is kept. */
  holds: 'vectors' | 'history' | null;
  /** Every column is kept, or only these. */
  everyColumn: boolean;
  readonly kept: Set<string>;
  readonly vectors: Set<string>;
  readonly truth: Set<string>;
  readonly key: Set<string>;
  /** How many rows the planner believes it has; 0 for one that the migration itself makes. */
  rows: number;
}

/** That a write to one relation reaches another: through a view, an inheritance, or a key that cascades. */
export interface Reach {
  readonly from: readonly [schema: string, name: string];
  readonly to: readonly [schema: string, name: string];
  readonly by: 'view' | 'parent' | 'foreign key';
}

/** A function's definition, as its text. */
export interface KnownFunction {
  readonly name: string;
  readonly definition: string;
}

/** What a migration may meet: the tables that are there, and those that earlier statements made. */
export class Catalogue {
  readonly #tables: KnownTable[] = [];
  readonly #reaches: Reach[] = [];
  readonly functions: KnownFunction[] = [];

  /** Adds a table and decides by its name and its columns' types what it holds. */
  add(
    schema: string,
    name: string,
    columns: readonly { readonly name: string; readonly isVector: boolean; readonly isKey: boolean }[],
    rows: number,
  ): KnownTable {
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

  /** Notes that a table got a column of vectors. */
  addVector(table: KnownTable, column: string): void {
    table.holds = 'vectors';
    for (const set of [table.kept, table.vectors, table.truth]) set.add(column);
    for (const name of table.key) table.kept.add(name);
  }

  link(reach: Reach): void {
    this.#reaches.push(reach);
  }

  /** The tables that a name may mean. An unqualified one means those of all schemas: the search path may be any. */
  find(schema: string, name: string): KnownTable[] {
    if (name === unknownName) return [anything];
    return this.#tables.filter(
      (table) => table.name === name && (schema === '' || schema === unknownName || table.schema === schema),
    );
  }

  /** Those of them that hold something kept. A declared name counts before the database is known to have it. */
  kept(schema: string, name: string): KnownTable[] {
    const known = this.find(schema, name);
    if (known.length > 0) return known.filter((table) => table.holds !== null);
    const declared = keptTables[name];
    if (declared === undefined || (schema !== '' && schema !== keptSchema)) return [];
    return [this.add(keptSchema, name, [], Number.POSITIVE_INFINITY)];
  }

  /** Kept tables that a write to this relation reaches by another way than its own name. */
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

  /** Every ordinary table known to hold something kept. */
  allKept(): KnownTable[] {
    return this.#tables.filter((table) => table.holds !== null);
  }

  /** The kept tables of a schema; a name that is not known may be any schema. */
  inSchema(schema: string): KnownTable[] {
    return this.#tables.filter(
      (table) => table.holds !== null && (schema === unknownName || table.schema === schema),
    );
  }
}

/** Whether a column of this table is kept as it is. */
export function isKept(table: KnownTable, column: string): boolean {
  return table.everyColumn || table.kept.has(column) || column === unknownName;
}

/** Whether a type, as its name and its length, holds vectors. */
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
