const byExtension: Record<string, string> = {
  sh: 'bash',
  bash: 'bash',
  zsh: 'bash',
  h: 'c',
  c: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  hpp: 'cpp',
  cs: 'csharp',
  css: 'css',
  dockerfile: 'docker',
  go: 'go',
  graphql: 'graphql',
  gql: 'graphql',
  html: 'html',
  htm: 'html',
  java: 'java',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'tsx',
  json: 'json',
  kt: 'kotlin',
  md: 'markdown',
  php: 'php',
  prisma: 'prisma',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sql: 'sql',
  svelte: 'svelte',
  swift: 'swift',
  toml: 'toml',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  xml: 'xml',
  svg: 'xml',
  yml: 'yaml',
  yaml: 'yaml',
};

/** The grammar for a path, by the extension of its name. */
export function grammarOf(path: string): string | null {
  const name = path.split('/').at(-1)?.toLowerCase() ?? '';
  const ending = name.includes('.') ? (name.split('.').at(-1) ?? '') : name;
  // A block of code in a text names its language in full.
  return byExtension[ending] ?? Object.values(byExtension).find((language) => language === ending) ?? null;
}
