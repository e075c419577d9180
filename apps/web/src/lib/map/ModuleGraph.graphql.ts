import { graphql } from '#lib/graphql/graphql.ts';

/** The parts of a module graph that are drawn. */
export const DrawnGraph = graphql(`
  fragment DrawnGraph on ModuleGraph @_unmask {
    nodes {
      path
      isFolder
      files
      lines
    }
    edges {
      from
      to
      imports
    }
    cycles
  }
`);
