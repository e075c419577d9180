import { refreshPage } from '#lib/graphql/refresh-page.ts';
import { mutate } from '../graphql/mutate.ts';
import type { ProjectLinks } from '../place/place.ts';
import { watch } from '../sync/sync-watch.svelte.ts';
import { StartSync } from '../sync/SyncControls.graphql.ts';
import { texts } from '../texts.ts';
import type { PaletteEntry } from './palette-entry.ts';

interface ActionPlace {
  links: ProjectLinks;
  repositoryId: string | undefined;
  branch: string;
  canSync: boolean;
}

/** The actions of the shown project: what a user does there without going to its page first. */
export function projectActions({ links, repositoryId, branch, canSync }: ActionPlace): PaletteEntry[] {
  const actions: PaletteEntry[] = [];
  if (canSync && repositoryId !== undefined)
    actions.push({
      kind: 'action',
      label: texts.palette.sync,
      detail: branch,
      run: () => void start(repositoryId, branch),
    });
  actions.push(
    { kind: 'action', label: texts.palette.findFile, detail: 't', href: links.find },
    { kind: 'action', label: texts.palette.compare, detail: '', href: links.wholeHistory },
    { kind: 'action', label: texts.palette.copy, detail: '', run: () => void copyAddress() },
  );
  return actions;
}

async function start(repositoryId: string, branch: string): Promise<void> {
  const outcome = await mutate(StartSync, { input: { repositoryId, branch: branch === '' ? null : branch } });
  if (outcome.ok) watch.follow(outcome.value.sync);
  await refreshPage();
}

async function copyAddress(): Promise<void> {
  await navigator.clipboard.writeText(location.href);
}
