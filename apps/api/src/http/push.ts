/** Takes a result as JSON. Returns a promise only where the client does not keep up. */
export type Push = (text: string) => Promise<void> | undefined;
