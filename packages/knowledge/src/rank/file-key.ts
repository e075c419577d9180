import { remembered } from '../words/remembered.ts';
import { nameKey } from './name-key.ts';

/** Files that are named after nothing: the folder has the name. */
const UNNAMED = /^(?:index|mod|__init__|main|lib)$/;

/** The key of a file's name, without its endings: `lib/four-oh-four.js` is found like `fourOhFour`, `queue/index.ts` like `queue`. */
export const fileKey = remembered((path) => {
  const [file = '', folder = ''] = path.split('/').toReversed();
  const name = file.replace(/(?<=.)\..*$/, '');
  return nameKey(UNNAMED.test(name) ? folder : name);
}, 1_000_000);
