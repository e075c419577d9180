/**
 * Shares one look-up among concurrent callers of the same key. A caller that comes during a look-up gets the result of
 * the next one, so that no result is older than its request.
 */
export function coalesce<T>(lookUp: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  const following = new Map<string, Promise<T>>();

  function begin(key: string): Promise<T> {
    following.delete(key);
    const current = lookUp(key).finally(() => {
      if (running.get(key) === current) running.delete(key);
    });
    running.set(key, current);
    return current;
  }

  return (key) => {
    const current = running.get(key);
    if (current === undefined) return begin(key);
    const next =
      following.get(key) ??
      current.then(
        () => begin(key),
        () => begin(key),
      );
    following.set(key, next);
    return next;
  };
}
