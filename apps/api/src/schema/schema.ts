import './user.ts';
import './project.ts';
import './repository.ts';
import './branch.ts';
import './snapshot.ts';
import './compare-snapshots.ts';
import './search.ts';
import './knowledge.ts';
import './sync-list.ts';
import './sync-mutations.ts';
import './api-key.ts';
import './member.ts';
import './removal.ts';
import './instance.ts';
import './rate-limit.ts';
import './subscription.ts';
import { builder } from '../graphql/builder.ts';
import { describeRelay } from '../graphql/describe-relay.ts';

/** Every domain, put together. */
export const schema = describeRelay(builder.toSchema());
