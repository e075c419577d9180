import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '../configuration.ts';
import { embedQuery, openEmbedder } from './open-embedder.ts';

/** Starts a server with one fixed vector, and returns its address and the texts it gets. */
async function serverOf(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { input } = JSON.parse(body) as { input: string[] };
      asked.push(...input);
      const data = input.map((_, index) => ({ index, embedding: [1, 2] }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${address instanceof Object ? address.port : 0}/v1`, asked };
}
const configurationOf = (extra: Record<string, string>) =>
  readConfiguration({
    EMBEDDING_PROVIDER: 'openai',
    EMBEDDING_BASE_URL: 'http://127.0.0.1:9/v1',
    EMBEDDING_MODEL: 'm',
    ...extra,
  });
const signal = new AbortController().signal;

test('vectors made under another passage prefix are another model', () => {
  const nameWith = (extra: Record<string, string>) => openEmbedder(configurationOf(extra)).model;
  expect(nameWith({})).toBe('m');
  expect(nameWith({ EMBEDDING_PASSAGE_PREFIX: 'a' })).not.toBe(nameWith({ EMBEDDING_PASSAGE_PREFIX: 'b' }));
  expect(nameWith({ EMBEDDING_QUERY_PREFIX: 'a' })).toBe('m');
  expect(nameWith({ EMBEDDING_MODEL: 'e5-base', EMBEDDING_PASSAGE_PREFIX: 'none' })).toBe('e5-base');
});

test('questions get the configured prefix, and find the vectors made before the passage prefix changed', async () => {
  const { url, asked } = await serverOf();
  const settings = { EMBEDDING_BASE_URL: url, EMBEDDING_QUERY_PREFIX: 'Q:\\n' };
  const old = openEmbedder(configurationOf({ EMBEDDING_PASSAGE_PREFIX: 'old ' }));
  const configuration = configurationOf({ ...settings, EMBEDDING_PASSAGE_PREFIX: 'new ' });
  const configured = openEmbedder(configuration);
  const embed = embedQuery(configured, configuration);
  for (const model of [configured.model, old.model, 'm'])
    expect((await embed('text', model, signal))?.slice(0, 2)).toEqual(new Float32Array([1, 2]));
  expect(await embed('text', 'another', signal)).toBeNull();
  expect(asked).toEqual(['Q:\ntext', 'Q:\ntext', 'Q:\ntext']);
});

test('a redirect of the embedder takes no text to another host', async () => {
  const elsewhere = await serverOf();
  const server = createServer((_request, response) => {
    response.writeHead(307, { location: `${elsewhere.url}/embeddings` }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${address instanceof Object ? address.port : 0}/v1`;
  const configuration = configurationOf({ EMBEDDING_BASE_URL: url });
  const embed = embedQuery(openEmbedder(configuration), configuration);
  const stop = AbortSignal.timeout(500);
  await expect(embed('a secret of the company', 'm', stop)).rejects.toThrow();
  expect(elsewhere.asked).toEqual([]);
});
