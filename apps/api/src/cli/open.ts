import { spawn } from 'node:child_process';
import { z } from 'zod';
import { EXIT, wordOf, type Command } from './command.ts';
import { findProject } from './find-project.ts';

const answer = z.object({ project: z.object({ webUrl: z.string() }).nullable() });

/** Opens the web app at a project. Without a terminal, or with --print, it prints the address. */
export const open: Command = async (input) => {
  const { client, flags, output, say } = input;
  const slug = wordOf(input);
  let url = client.url;
  if (slug !== '') {
    await findProject(client, slug);
    const { project } = await client.ask(
      answer,
      'query ($slug: String!) { project(slug: $slug) { webUrl } }',
      { slug },
    );
    url = project?.webUrl ?? url;
  }
  say(url, { url });
  if (!flags.print && !flags.json && output.terminal !== null) start(url);
  return EXIT.done;
};

function start(url: string): void {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  // Where there is no browser the printed address has to do.
  spawn(program, [url], { detached: true, stdio: 'ignore' })
    .on('error', () => undefined)
    .unref();
}
