import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sendText, type Handler } from '../respond.ts';

const build = fileURLToPath(new URL('../../../../web/build/handler.js', import.meta.url));

/** Every other path: the built web app, or a line that says how to build it. */
export async function webApp(): Promise<Handler> {
  if (!existsSync(build))
    return (_request, response) =>
      sendText(response, 404, 'The web app is not built yet: run pnpm build. The API is at /graphql.');
  const module: unknown = await import(pathToFileURL(build).href);
  const handler: unknown =
    typeof module === 'object' && module !== null ? Reflect.get(module, 'handler') : null;
  if (typeof handler !== 'function') throw new Error("The web app's build has no handler.");
  return (request, response): unknown =>
    Reflect.apply(handler, null, [request, response, () => sendText(response, 404, 'Not found')]);
}
