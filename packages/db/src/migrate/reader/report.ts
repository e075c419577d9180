import type { Finding } from '../finding.ts';
import type { Catalogue } from './catalogue.ts';
import type { Statement } from './sql-tree.ts';

/** Collects what the rules find, each with the statement that is being read. */
export class Report {
  readonly refusals: Finding[] = [];
  readonly warnings: Finding[] = [];
  #migration = '';
  #statement: Statement | undefined;

  /** Says what is being read from now on. */
  at(migration: string, statement: Statement | undefined): void {
    this.#migration = migration;
    this.#statement = statement;
  }

  refuse(rule: string, why: string, safe: string): void {
    this.#add(this.refusals, rule, why, safe);
  }

  warn(rule: string, why: string, safe: string): void {
    this.#add(this.warnings, rule, why, safe);
  }

  #add(findings: Finding[], rule: string, why: string, safe: string): void {
    const line = this.#statement?.line ?? 1;
    if (findings.some((one) => one.rule === rule && one.migration === this.#migration && one.line === line))
      return;
    const statement = (this.#statement?.text ?? '').replace(/\s+/g, ' ').slice(0, 200);
    findings.push({ rule, migration: this.#migration, line, statement, why, safe });
  }
}

/** What every rule is handed. */
export interface Reading {
  readonly report: Report;
  readonly catalogue: Catalogue;
  /** Reads SQL that stands inside a statement: a function's body, a text that is executed. */
  readonly inner: (sql: string) => void;
}
