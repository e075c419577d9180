import './api-key.ts';
import './api-key-mutations.ts';
import './branch.ts';
import './document.ts';
import './instance.ts';
import './member-mutations.ts';
import './pattern.ts';
import './project.ts';
import './project-mutations.ts';
import './rate-limit.ts';
import './repository.ts';
import './repository-mutations.ts';
import './search.ts';
import './subscription.ts';
import './sync.ts';
import './sync-mutations.ts';
import './text-mutations.ts';
import './user.ts';
import { builder } from '../graphql/builder.ts';
import { describeRelay } from '../graphql/describe-relay.ts';

/** The whole schema, put together from its domains. */
export const schema = describeRelay(builder.toSchema());
