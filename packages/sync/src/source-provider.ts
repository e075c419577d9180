/** The kinds of sources, by which a repository is connected. Tables over this type lead to every place of a new one. */
export const sourceProviders = ['GITHUB', 'GIT'] as const;
export type SourceProvider = (typeof sourceProviders)[number];
