/** The first steps, ready to run in GraphiQL. */
export const exampleTabs: readonly { readonly query: string }[] = [
  { query: '# Who am I?\nquery Viewer { viewer { id name email } }\n' },
  {
    query:
      '# My projects\nquery Projects { projects(first: 10) { totalCount nodes { id slug name viewerRole } } }\n',
  },
  {
    query:
      '# A new project\nmutation CreateProject {\n  createProject(input: { name: "My project" }) {\n    ... on CreateProjectSuccess { project { id slug } }\n    ... on Error { code message }\n  }\n}\n',
  },
  {
    query:
      '# Connect a repository\nmutation Connect {\n  connectRepository(input: { projectId: "PROJECT_ID", provider: GITHUB, url: "owner/name" }) {\n    ... on ConnectRepositorySuccess { repository { id name } }\n    ... on Error { code message }\n  }\n}\n',
  },
  {
    query:
      '# Its branches\nquery Branches { project(slug: "my-project") { repositories { nodes { name branches(first: 10) { nodes { name isDefault status headOid } } } } } }\n',
  },
  {
    query:
      '# Sync it\nmutation Start {\n  startSync(input: { repositoryId: "REPOSITORY_ID" }) {\n    ... on StartSyncSuccess { sync { id status } }\n    ... on Error { code message }\n  }\n}\n',
  },
  {
    query:
      '# Watch a sync\nsubscription Watch { syncProgress(syncId: "SYNC_ID") { sequence status phase progress message } }\n',
  },
  {
    query:
      '# What changed\nquery Changes { project(slug: "my-project") { syncs(first: 1) { nodes { status commitOid stats { filesTotal filesAdded filesModified filesRemoved } changes(first: 10) { nodes { kind path } } } } } }\n',
  },
  {
    query:
      '# Search\nquery Search { project(slug: "my-project") { search(query: "where is the configuration read?") { nodes { score snippet entry { title path startLine } } } } }\n',
  },
  {
    query:
      '# An API key\nmutation Key {\n  createApiKey(input: { name: "My script", scopes: [READ, SYNC] }) {\n    ... on CreateApiKeySuccess { key apiKey { id prefix } }\n    ... on Error { code message }\n  }\n}\n',
  },
];
