export type { Clock } from '../http-api/clock.ts';
export type { Credentials } from './credentials.ts';
export { fetchBranches } from './fetch-branches.ts';
export { fetchBranchHead } from './fetch-branch-head.ts';
export { fetchRepoTreeWithSha, type RepoTreeFile } from './fetch-repo-tree-with-sha.ts';
export { exchangeManifestCode, findInstallation, type GitHubApp } from './github-app.ts';
export { githubClient, githubSource, type GitHubSourceOptions } from './github-source.ts';
export { parseGitHubUrl, type GitHubName } from './parse-github-url.ts';
