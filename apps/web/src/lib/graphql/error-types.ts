/** The types that implement `Error` in the schema. Without the list the cache guesses, and guesses wrong. */
export const errorTypes = [
  'ConflictError',
  'ForbiddenError',
  'InvalidInputError',
  'NotFoundError',
  'SourceError',
];
