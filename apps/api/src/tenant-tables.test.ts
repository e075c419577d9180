import { isInterfaceType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from './schema/schema.ts';
import { placesOfIds, scopeOf } from './testing/everything-of.ts';
import { changes } from './testing/tenant-changes.ts';
import { nowhere } from './testing/tenant-ids.ts';
import {
  askedInside,
  nodeTypes,
  ownQuestions,
  questions,
  subscriptions,
  toolCalls,
  toolInputs,
} from './testing/tenant-questions.ts';

describe('the tables of the tenant matrix', () => {
  const fields = (root: 'Query' | 'Mutation' | 'Subscription') => {
    const type = schema.getType(root);
    return type !== undefined && 'getFields' in type ? Object.keys(type.getFields()) : [];
  };

  test('have every field of the three roots, every type that node finds, and every tool with all its inputs', () => {
    const asked = [
      ...Object.keys(questions).map((name) => name.split(' ', 1)[0]),
      ...Object.keys(ownQuestions),
    ];
    expect([...new Set(asked)].sort()).toEqual(fields('Query').sort());
    expect(Object.keys(changes).sort()).toEqual(fields('Mutation').sort());
    expect(Object.keys(subscriptions).sort()).toEqual(fields('Subscription').sort());
    expect(nodeTypes.length).toBeGreaterThanOrEqual(10);
    const called = Object.entries(toolCalls).map(([name, calls]) => [
      name,
      [...new Set(calls(nowhere()).flatMap(Object.keys))].sort(),
    ]);
    expect(Object.fromEntries(called)).toEqual(
      Object.fromEntries([...toolInputs].map(([name, inputs]) => [name, [...inputs].sort()])),
    );
  });

  test('have every place that takes an id', () => {
    const asked = [
      'Query.node(id)',
      'Query.nodes(ids)',
      'Subscription.syncProgress(syncId)',
      'Subscription.projectActivity(projectId)',
      ...[...Object.values(changes), ...Object.values(askedInside)].flatMap(({ places }) => places),
    ];
    expect(asked.sort()).toEqual(placesOfIds(schema).sort());
  });

  test('have the scope of every field that has one, and every mutation has', () => {
    const found: Record<string, unknown> = {};
    for (const type of Object.values(schema.getTypeMap()))
      if (isObjectType(type) || isInterfaceType(type))
        for (const field of Object.values(type.getFields()))
          if (scopeOf(field) !== undefined) found[`${type.name}.${field.name}`] = scopeOf(field);
    const mutations = Object.entries(changes).map(([name, { scope }]) => [`Mutation.${name}`, { scope }]);
    const reads = ['project', 'projects', 'instance', 'rateLimit'].map((name) => [
      `Query.${name}`,
      { scope: 'READ' },
    ]);
    const follows = fields('Subscription').map((name) => [`Subscription.${name}`, { scope: 'READ' }]);
    expect(found).toEqual({
      ...Object.fromEntries([...mutations, ...reads, ...follows]),
      'Query.apiKeys': { scope: 'ADMIN' },
      'Query.sessions': { scope: 'ADMIN' },
      'Project.apiKeys': { scope: 'ADMIN' },
      'Project.auditLog': { scope: 'ADMIN' },
      'Project.invitations': { scope: 'ADMIN' },
      'Project.webhooks': { scope: 'ADMIN' },
      'Repository.pushHook': { scope: 'ADMIN' },
      'Repository.pushDeliveries': { scope: 'ADMIN' },
      'Project.webhookDeliveries': { scope: 'ADMIN' },
      'Instance.auditLog': { scope: 'ADMIN' },
      'Instance.operations': { scope: 'ADMIN' },
      'Instance.users': { scope: 'ADMIN' },
      'Branch.verification': { scope: 'SYNC' },
      'Instance.repositoryCheck': { scope: 'WRITE' },
      'Project.repositoryCheck': { scope: 'WRITE' },
    });
  });
});
