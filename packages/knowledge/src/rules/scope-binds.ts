/** Whether a document that speaks for some folders binds work on some paths. Without folders it binds all work. */
export function scopeBinds(scope: readonly string[], paths: readonly string[]): boolean {
  return scope.length === 0 || paths.some((path) => depthIn(scope, path) > 0);
}

/** The length of the deepest folder of a scope that holds one of the paths: the nearest document speaks first. */
export function nearness(scope: readonly string[], paths: readonly string[]): number {
  return Math.max(0, ...paths.map((path) => depthIn(scope, path)));
}

function depthIn(scope: readonly string[], path: string): number {
  const holding = scope.filter((folder) => path === folder || path.startsWith(`${folder}/`));
  return Math.max(0, ...holding.map((folder) => folder.length));
}
