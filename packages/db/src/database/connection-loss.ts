/** Returns true when the database was unreachable or did not answer, and false when it refused a statement. */
export function isConnectionLoss(error: Error): boolean {
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string'
    ? /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|57P|08|53[03]|25P03)/.test(code)
    : /connection (terminated|error)|timeout exceeded when trying to connect|closed|ended/i.test(
        error.message,
      );
}
