import { textFor } from '../graphql/error-code.ts';
import { texts } from '../texts.ts';

/** The advice for a repository that could not be connected. A folder has no token, so its advice names none. */
export function connectHelp(kind: string, code: string): string | undefined {
  if (kind === 'folder' && code === 'REPOSITORY_NOT_FOUND') return texts.connect.folderHelp;
  return textFor<string>(texts.connect.help, code);
}
