import { expect, test } from 'vitest';
import { syncStatesModule } from './print-states.ts';
import { activeStatuses, endedStatuses, phases, runningPhases } from './sync-state.ts';

test('the printed module exports the states and phases of the table', async () => {
  const source = syncStatesModule().replaceAll(' as const', '');
  const printed: unknown = await import(
    `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`
  );
  expect(printed).toMatchObject({ phases, runningPhases, activeStatuses, endedStatuses });
});
