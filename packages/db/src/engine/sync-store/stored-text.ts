/** PostgreSQL's text can store any character but NUL and lone surrogates. */
export function stored(value: string): string {
  return value.replaceAll('\0', '\uFFFD').toWellFormed();
}
