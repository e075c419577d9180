import type { Fault, FaultTarget } from '@project-sync/fake-github';

const isGraphql = (target: FaultTarget): boolean => target.resource === 'graphql';
const isListing = (target: FaultTarget): boolean => target.path.includes('/git/trees/');

/** Transient faults: one request fails, the next would not. Each must end in the right tree. */
export const passingFaults: Readonly<Record<string, Fault>> = {
  'status 502': { kind: 'status', status: 502 },
  'status 503 with HTML': { kind: 'status', status: 503, html: true },
  'status 504': { kind: 'status', status: 504 },
  'HTML under status 200': { kind: 'html' },
  'a body that breaks off': { kind: 'cut-body' },
  'an empty body': { kind: 'empty-body' },
  'a wrong body': { kind: 'wrong-body' },
  'a broken connection': { kind: 'reset' },
  'partial data': { kind: 'partial', when: isGraphql },
  'a query that timed out': { kind: 'timed-out-query', when: isGraphql },
  'a query over the resource limits': { kind: 'resource-limits', when: isGraphql },
  'corrupt content': { kind: 'corrupt' },
  'a truncated tree': { kind: 'truncate', when: isListing },
  'the primary limit': { kind: 'primary-limit' },
  'the primary limit by its later name': { kind: 'primary-limit', type: 'RATE_LIMIT' },
  'a secondary limit with retry-after': { kind: 'secondary-limit', status: 403, retryAfter: 90 },
  'a secondary limit without it': { kind: 'secondary-limit', status: 403 },
  'a secondary limit under status 200': { kind: 'secondary-limit', status: 200, when: isGraphql },
  'a secondary limit under status 429': { kind: 'secondary-limit', status: 429, retryAfter: 5 },
};
