/** What implements `Error` in the schema: the cache has to be told, because it guesses wrong. */
export const errorTypes = [
  'ConflictError',
  'ForbiddenError',
  'InvalidInputError',
  'NotFoundError',
  'SourceError',
];
