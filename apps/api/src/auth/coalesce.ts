/**
 * Looks something up once for all who ask for it at the same time. Who asks while a look is under way is answered by the
 * one that follows it, so that no answer is older than its question.
 */
export function shareLooks<T>(look: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  const following = new Map<string, Promise<T>>();

  function begin(key: string): Promise<T> {
    following.delete(key);
    const looking = look(key).finally(() => {
      if (running.get(key) === looking) running.delete(key);
    });
    running.set(key, looking);
    return looking;
  }

  return (key) => {
    const now = running.get(key);
    if (now === undefined) return begin(key);
    const next =
      following.get(key) ??
      now.then(
        () => begin(key),
        () => begin(key),
      );
    following.set(key, next);
    return next;
  };
}
