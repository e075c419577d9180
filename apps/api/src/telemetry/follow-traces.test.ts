import { context, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followTraces } from './follow-traces.ts';
import { insideTrace, traceParent } from './trace-parent.ts';
import { traced } from './traced.ts';

let stop: () => void;
beforeAll(() => {
  stop = followTraces();
});
afterAll(() => stop());

const traceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

test('without a collector the work of one trace still has one ID, over a queue too', async () => {
  expect(traceParent()).toBeNull();
  const [asked, parent] = await traced('request', {}, async () => {
    const inside = await traced('inside', {}, () => Promise.resolve(traceId()));
    expect(inside).toBe(traceId());
    return [inside, traceParent()] as const;
  });
  expect(parent).toMatch(new RegExp(`^00-${asked}-[0-9a-f]{16}-00$`));
  const worked = await context.with(insideTrace(parent), () =>
    traced('sync', {}, () => Promise.resolve(traceId())),
  );
  expect(worked).toBe(asked);
});

test('two requests are two traces, and a parent that is none begins a new one', async () => {
  const ids = await Promise.all([
    traced('one', {}, () => Promise.resolve(traceId())),
    traced('two', {}, () => Promise.resolve(traceId())),
    context.with(insideTrace('nonsense'), () => traced('three', {}, () => Promise.resolve(traceId()))),
    context.with(insideTrace(null), () => traced('four', {}, () => Promise.resolve(traceId()))),
  ]);
  expect(new Set(ids).size).toBe(4);
});
