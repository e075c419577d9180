import { describe, expect, it } from 'vitest';
import type { SourceCall } from '../ports/source.ts';
import { Limiter, limiterOf } from './limiter.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

const call: SourceCall = { signal: new AbortController().signal };

describe('the limiter of an account', () => {
  it('sends requests one after another, in the order of their calls', async () => {
    const limiter = new Limiter(new VirtualClock(), 'Example');
    const steps: string[] = [];
    const first = Promise.withResolvers<void>();
    const running = [
      limiter.run('core', call, async () => {
        steps.push('first begins');
        await first.promise;
        steps.push('first ends');
      }),
      limiter.run('graphql', call, () => Promise.resolve(void steps.push('second'))),
      limiter.run('core', call, () => Promise.resolve(void steps.push('third'))),
    ];
    first.resolve();
    await Promise.all(running);
    expect(steps).toEqual(['first begins', 'first ends', 'second', 'third']);
  });

  it('closes only the budget that is used up, and all after a secondary limit', async () => {
    const clock = new VirtualClock();
    const limiter = new Limiter(clock, 'Example');
    const start = clock.now();
    limiter.close('graphql', start + 60_000);
    await limiter.run('core', call, () => Promise.resolve());
    expect(clock.now()).toBe(start);
    await limiter.run('graphql', call, () => Promise.resolve());
    expect(clock.now()).toBe(start + 60_000);
    limiter.closeAll(start + 90_000);
    await limiter.run('core', call, () => Promise.resolve());
    expect(clock.now()).toBe(start + 90_000);
  });

  it('continues after a failed request', async () => {
    const limiter = new Limiter(new VirtualClock(), 'Example');
    await expect(limiter.run('core', call, () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect(await limiter.run('core', call, () => Promise.resolve('next'))).toBe('next');
  });

  it('fails instead of waiting longer than a window', async () => {
    const clock = new VirtualClock();
    const limiter = new Limiter(clock, 'Example');
    limiter.close('core', clock.now() + 5 * 3_600_000);
    const asked = limiter.run('core', call, () => Promise.resolve());
    await expect(asked).rejects.toMatchObject({ code: 'RATE_LIMITED', retryable: true });
  });

  it('is shared by all sources with the same account', () => {
    const clock = new VirtualClock();
    expect(limiterOf('one', clock, 'Example')).toBe(limiterOf('one', clock, 'Example'));
    expect(limiterOf('one', clock, 'Example')).not.toBe(limiterOf('two', clock, 'Example'));
  });
});
