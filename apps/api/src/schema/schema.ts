import './api-key.ts';
import './api-key-mutations.ts';
import './branch.ts';
import './document.ts';
import './import-edge.ts';
import './instance.ts';
import './knowledge-changes.ts';
import './member-mutations.ts';
import './module-graph.ts';
import './pattern.ts';
import './project.ts';
import './project-mutations.ts';
import './rate-limit.ts';
import './reference.ts';
import './repository.ts';
import './repository-mutations.ts';
import './search.ts';
import './subscription.ts';
import './symbol.ts';
import './sync.ts';
import './sync-mutations.ts';
import './text-mutations.ts';
import './user.ts';
import { builder } from '../graphql/builder.ts';
import { describeRelay } from '../graphql/describe-relay.ts';

/** The whole schema, put together from its domains. */
export const schema = describeRelay(builder.toSchema());
