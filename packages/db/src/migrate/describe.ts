import type { Finding } from './finding.ts';
import type { MigrationEvent, MigrationResult } from './migrate.ts';

/** Describes an event in lines for a person. */
export function describeEvent(event: MigrationEvent): string[] {
  switch (event.kind) {
    case 'pending':
      return [`pending: ${event.migrations.join(', ')}`];
    case 'warning':
      return describeFinding('warning', event.warning);
    case 'dumped':
      return [`dumped ${event.rows} rows of the protected tables to ${event.path}`];
    case 'not-dumped':
      return [`no dump: ${event.why}`];
    case 'counted':
      return event.vectors.length === 0
        ? [`vectors ${event.moment}: none`]
        : event.vectors.map(
            (one) => `vectors ${event.moment}: ${one.count} in ${one.column}, hash ${one.hash}`,
          );
    case 'locked':
      return [`others hold a lock: rolled back, attempt ${event.attempt} of ${event.attempts}`];
    case 'applied':
      return [`applied ${event.migration} in ${event.milliseconds} ms`];
    case 'guard':
      return event.state.gap === null
        ? ['the guard is installed']
        : [`the guard is installed in part: ${event.state.gap}`];
  }
}

/** Describes the result in lines for a person. */
export function describeResult(result: MigrationResult): string[] {
  switch (result.outcome) {
    case 'done':
      return [`done: ${result.applied.join(', ')}`];
    case 'would-do':
      return [`dry run: would apply ${result.migrations.join(', ')}; nothing was changed`];
    case 'nothing-to-do':
      return ['nothing to do: every migration is applied'];
    case 'refused':
      return [
        ...result.refusals.flatMap((refusal) => describeFinding('refused', refusal)),
        'nothing was changed',
      ];
    case 'failed':
      return [`failed: ${result.message}`, 'everything was rolled back'];
  }
}

function describeFinding(what: string, finding: Finding): string[] {
  return [
    `${what}: ${finding.migration} line ${finding.line} [${finding.rule}] ${finding.why}`,
    ...(finding.statement === '' ? [] : [`  statement: ${finding.statement}`]),
    `  safe form: ${finding.safe}`,
  ];
}
