import { builder } from './builder.ts';
import { errorCodes, type ErrorCode } from './error-code.ts';

export const ErrorCodeEnum = builder.enumType('ErrorCode', {
  description:
    'Every code of an error or warning, with its remedy. Later versions may add codes, so keep a default branch.',
  values: Object.fromEntries(
    Object.entries(errorCodes).map(([code, description]) => [code, { description }]),
  ) as Record<ErrorCode, { description: string }>,
});
