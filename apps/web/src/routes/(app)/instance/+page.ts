import { error } from '@sveltejs/kit';
import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import type { PageLoad } from './$types';

const OperationsQuery = graphql(`
  query Operations {
    viewer {
      id
    }
    instance {
      id
      version
      database
      embeddingModel
      pollMinutes
      operations {
        id
        at
        workers
        runningSyncs
        abandonedSyncs
        queues {
          id
          name
          waiting
          oldestSeconds
        }
        syncsOfDay {
          id
          status
          count
        }
        failuresOfDay {
          id
          code
          count
        }
        counts {
          id
          projects
          repositories
          branches
          users
          contents
          passages
          vectors
        }
        databaseBytes
        tables {
          id
          name
          bytes
          rows
        }
        databaseVersion
        vectorVersion
        nodeVersion
        migrations
        lastMigration
      }
    }
  }
`);

export const load: PageLoad = async (event) => {
  const { data, operation, failure } = await loadQuery(event, OperationsQuery, {});
  const { operations, ...instance } = data.instance;
  if (operations === null) throw error(403, failure ?? { code: 'NOT_OPERATOR', message: '' });
  return { instance, operations, operation };
};
