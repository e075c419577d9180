import { activeStatuses, endedStatuses, phases, runningPhases } from './sync-state.ts';

/** Returns the source of a TypeScript module with the states and phases, for the web app, which imports no package. */
export function syncStatesModule(): string {
  const list = (name: string, about: string, values: readonly string[]) =>
    `/** ${about} */\nexport const ${name} = [${values.map((value) => `'${value}'`).join(', ')}] as const;\n`;
  return [
    '// Generated from packages/sync/src/sync-state.ts. Do not edit.\n',
    list('phases', 'The phases of a sync, in the order they run.', phases),
    list('runningPhases', 'The phases in which something runs today.', runningPhases),
    list('activeStatuses', 'The states of a sync that still occupies its branch.', activeStatuses),
    list('endedStatuses', 'The states of a sync that has ended.', endedStatuses),
  ].join('\n');
}
