import type { AppErrorCode, ErrorCode } from '../graphql/error-code.ts';

/** The texts of failures by code: the title, what happened, and what to do. */
export const failingTexts = {
  UNREACHABLE: [
    'The server does not answer',
    'It may be restarting, or the connection is gone.',
    'Wait a moment, then try again. What you typed is still here.',
  ],
  NOT_FOUND: [
    'There is nothing here',
    'It was removed, never existed, or is not yours to see.',
    'Go back to your projects and choose from there.',
  ],
  UNAUTHENTICATED: [
    'You are signed out',
    'The session has ended.',
    'Sign in again in another tab, then come back and try again. What you typed is still here.',
  ],
  FORBIDDEN: [
    'You may not do this',
    'Your session or key does not allow it.',
    'Ask an owner of the project.',
  ],
  NOT_OPERATOR: [
    'This page is for operators',
    'It shows the state of the whole server.',
    'Ask an operator of this server.',
  ],
  ROLE_TOO_LOW: [
    'You may not do this',
    'Your role in this project does not allow it.',
    'Ask an owner of the project.',
  ],
  RATE_LIMITED: ['Too many requests', 'The server asks for a pause.', 'Wait a minute, then try again.'],
  UNKNOWN: [
    'This did not work',
    'The server could not answer.',
    'Try again. If it fails again, give the trace ID to the operator.',
  ],
} satisfies Partial<Record<ErrorCode | AppErrorCode, readonly [string, string, string]>>;
