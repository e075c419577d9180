export type { FakeClock } from './clock.ts';
export type { Fault, FaultKind, FaultTarget } from './faults.ts';
export { githubSchema } from './graphql-api.ts';
export type { FakeToken, HostedRepository } from './hosted-repositories.ts';
export type { Limits, Resource } from './rate-limits.ts';
export type { LoggedRequest } from './request-log.ts';
export type { FakeApp } from './access-tokens.ts';
export { startFakeGitHub, type FakeGitHub, type FakeGitHubOptions } from './start-fake-github.ts';
