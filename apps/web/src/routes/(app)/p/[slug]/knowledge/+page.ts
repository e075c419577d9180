import { graphql } from '#lib/graphql/graphql.ts';
import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import type { PageLoad } from './$types';

const KnowledgeQuery = graphql(`
  query Knowledge($slug: String!) {
    viewer {
      id
    }
    project(slug: $slug) {
      id
      documents(first: 100) {
        totalCount
        nodes {
          __typename
          id
          title
          content
          authority
          isGenerated
          sources
          updatedAt
        }
      }
      patterns(first: 100) {
        totalCount
        nodes {
          __typename
          id
          kind
          title
          description
          severity
          frequency
        }
      }
    }
  }
`);

export const load: PageLoad = async (event) => {
  const { data, operation } = await loadQuery(event, KnowledgeQuery, { slug: event.params.slug });
  const project = projectOf(data.project);
  return { documents: project.documents.nodes, patterns: project.patterns.nodes, operation };
};
