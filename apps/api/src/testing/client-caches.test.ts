import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { cacheExchange } from '@urql/exchange-graphcache';
import { Client, fetchExchange } from '@urql/core';
import {
  createOperationDescriptor,
  Environment,
  Network,
  RecordSource,
  Store,
  type GraphQLResponse,
} from 'relay-runtime';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { schema } from '../schema/schema.ts';
import { connectRepository } from './connected-repository.ts';
import { openTestServer } from './open-test-server.ts';
import { relayRequest } from './relay-request.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
let syncs: string[];
let repository: string;

beforeAll(async () => {
  server = await openTestServer();
  at = await createRepository();
  at.commit('main', { 'a.ts': 'export const one = 1;\n', 'b.txt': 'b\n' });
  const connected = await connectRepository(server, { project: 'Cached', path: at.path });
  repository = connected.id;
  const first = await connected.sync();
  at.commit('main', { 'a.ts': 'export const one = 2;\n' });
  syncs = [first, await connected.sync()];
}, 60_000);
afterAll(async () => {
  await server.close();
  await at.remove();
});

/** The requests of a client, so that an answer from its cache can be told from one of the server. */
function counting() {
  let sent = 0;
  const send: typeof fetch = (input, init) => {
    sent += 1;
    return fetch(input, init);
  };
  return { send, sent: () => sent };
}

const overview = `
  query Overview($sync: ID!) {
    project(slug: "cached") { id name members { id role user { id name } } }
    instance { id version }
    rateLimit { id limit }
    node(id: $sync) {
      __typename
      id
      ... on ProjectSync {
        status
        stats { id filesTotal }
        warnings { id code }
        failure { id code }
        snapshot { id commitOid tree { id name file { id path } } }
        changes(first: 10) { nodes { id kind path additions } }
        events { id sequence stats { id filesTotal } }
      }
    }
  }`;
/** Asks the same objects for other fields, which a cache without IDs would put in the place of the first. */
const detail = `
  query Detail($sync: ID!) {
    node(id: $sync) {
      __typename
      id
      ... on ProjectSync {
        stats { id filesAdded filesModified }
        snapshot { id paths }
      }
    }
  }`;
const found = `
  query Found($repository: ID!) {
    project(slug: "cached") { id search(query: "one") { nodes { id score snippet entry { id title } } } }
    node(id: $repository) {
      __typename
      id
      ... on Repository { branch(name: "main") { id plan { id filesAdded } verification { id filesCompared } } }
    }
  }`;

test('the cache of Apollo Client keeps all of an object, with its defaults and without a warning', async () => {
  const warned = vi.spyOn(console, 'warn');
  const failed = vi.spyOn(console, 'error');
  const { send, sent } = counting();
  const client = new ApolloClient({
    cache: new InMemoryCache({ possibleTypes: { Node: ['ProjectSync', 'Repository'] } }),
    link: new HttpLink({
      uri: `${server.url}/graphql`,
      fetch: send,
      headers: { authorization: `Bearer ${server.key}` },
    }),
  });
  const ask = async (text: string, variables: Record<string, string>) =>
    (await client.query({ query: gql(text), variables })).data;
  const variables = { sync: syncs[1] ?? '' };
  const first = await ask(overview, variables);
  expect(first).toMatchObject({
    node: { stats: { filesTotal: 2 }, snapshot: { commitOid: at.head('main') } },
  });
  await ask(overview, { sync: syncs[0] ?? '' });
  expect(await ask(detail, variables)).toMatchObject({ node: { stats: { filesModified: 1 } } });
  await ask(found, { repository });
  const before = sent();
  // Nothing of the first answer was lost: the cache answers the same question without a request.
  expect(await ask(overview, variables)).toEqual(first);
  expect(sent()).toBe(before);
  expect(warned.mock.calls).toEqual([]);
  expect(failed.mock.calls).toEqual([]);
  vi.restoreAllMocks();
});

test('the normalized cache of urql takes every answer, with its defaults and without a warning', async () => {
  const warned = vi.spyOn(console, 'warn');
  const { send, sent } = counting();
  const client = new Client({
    url: `${server.url}/graphql`,
    preferGetMethod: false,
    fetch: send,
    fetchOptions: { headers: { authorization: `Bearer ${server.key}` } },
    exchanges: [cacheExchange(), fetchExchange],
  });
  const ask = async (text: string, variables: Record<string, string>): Promise<unknown> => {
    const { data, error } = await client.query<unknown>(text, variables).toPromise();
    expect(error).toBeUndefined();
    return data;
  };
  const variables = { sync: syncs[1] ?? '' };
  const first = await ask(overview, variables);
  await ask(detail, variables);
  await ask(found, { repository });
  const before = sent();
  expect(await ask(overview, variables)).toEqual(first);
  expect(sent()).toBe(before);
  expect(warned.mock.calls.map(([text]) => String(text))).toEqual([]);
  vi.restoreAllMocks();
});

test('the store of Relay takes every answer, with its defaults and without a warning', async () => {
  // Relay warns where two records of one answer have the same ID and differ.
  const warned = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
  const { send, sent } = counting();
  const environment = new Environment({
    network: Network.create(async ({ text }, variables) => {
      const response = await send(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
        body: JSON.stringify({ query: text, variables }),
      });
      return (await response.json()) as GraphQLResponse;
    }),
    store: new Store(new RecordSource()),
  });
  const asked = (text: string, variables: Record<string, string>) =>
    createOperationDescriptor(relayRequest(schema, text), variables);
  /** Asks as a component does: only for what the store does not have. */
  const read = async (text: string, variables: Record<string, string>) => {
    const operation = asked(text, variables);
    environment.retain(operation);
    if (environment.check(operation).status !== 'available')
      await environment.execute({ operation }).toPromise();
    const { data, isMissingData } = environment.lookup(operation.fragment);
    expect(isMissingData).toBe(false);
    return data;
  };
  const variables = { sync: syncs[1] ?? '' };
  const first = await read(overview, variables);
  expect(first).toMatchObject({
    node: { stats: { filesTotal: 2 }, snapshot: { commitOid: at.head('main') } },
  });
  await read(overview, { sync: syncs[0] ?? '' });
  expect(await read(detail, variables)).toMatchObject({ node: { stats: { filesModified: 1 } } });
  await read(found, { repository });
  const before = sent();
  expect(await read(overview, variables)).toEqual(first);
  expect(sent()).toBe(before);
  expect(before).toBe(4);
  expect(warned.flatMap(({ mock }) => mock.calls)).toEqual([]);
  vi.restoreAllMocks();
});
