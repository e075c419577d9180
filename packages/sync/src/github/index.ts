export { systemClock, type Clock } from '../http-api/clock.ts';
export type { Credentials } from './credentials.ts';
export { fetchBranches, fetchDefaultBranch } from './fetch-branches.ts';
export { fetchBranchHead, type FetchedHead } from './fetch-branch-head.ts';
export { fetchRepoTreeWithSha, type RepoTreeFile } from './fetch-repo-tree-with-sha.ts';
export type { GitHubClient } from './github-client.ts';
export { githubClient, githubSource, type GitHubSourceOptions } from './github-source.ts';
export { parseGitHubUrl, type GitHubName } from './parse-github-url.ts';
