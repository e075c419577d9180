import type { ContentReader } from '@project-sync/sync';

/** The simplest reader: it keeps every text and makes no entries of it. */
export const lineReader: ContentReader = {
  version: { split: 1, redaction: 1 },
  classifier: () => () => ({ language: null, dialect: 'lines', ignored: null }),
  decode: (content) =>
    content.includes(0)
      ? { kind: 'binary' }
      : { kind: 'text', text: Buffer.from(content).toString('utf8'), encoding: 'utf8' },
  split: () => Promise.resolve([]),
};
