import type { Finding } from '../finding.ts';
import type { Catalogue } from './catalogue.ts';
import type { Statement } from './sql-tree.ts';

/** Collects the findings of the rules, each with the statement it is about. */
export class Report {
  readonly refusals: Finding[] = [];
  readonly warnings: Finding[] = [];
  #migration = '';
  #statement: Statement | undefined;

  /** Sets the statement that later findings are about. */
  at(migration: string, statement: Statement | undefined): void {
    this.#migration = migration;
    this.#statement = statement;
  }

  refuse(rule: string, why: string, safe: string): void {
    this.#add(this.refusals, { rule, why, safe });
  }

  warn(rule: string, why: string, safe: string): void {
    this.#add(this.warnings, { rule, why, safe });
  }

  #add(findings: Finding[], { rule, why, safe }: Pick<Finding, 'rule' | 'why' | 'safe'>): void {
    const line = this.#statement?.line ?? 1;
    if (findings.some((one) => one.rule === rule && one.migration === this.#migration && one.line === line))
      return;
    const statement = (this.#statement?.text ?? '').replace(/\s+/g, ' ').slice(0, 200);
    findings.push({ rule, migration: this.#migration, line, statement, why, safe });
  }
}

/** The state that every rule reads and reports to. */
export interface Reading {
  readonly report: Report;
  readonly catalogue: Catalogue;
  /** Reads SQL nested in a statement: a function's body, or a text that is executed. */
  readonly inner: (sql: string) => void;
}
