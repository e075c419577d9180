import { accountTexts, invitationTexts, signInTexts } from './texts/account.ts';
import { failingTexts } from './texts/failing.ts';
import { count } from './text/format.ts';
import { diagramTexts, filesTexts } from './texts/files.ts';
import { insightsTexts } from './texts/insights.ts';
import { instanceTexts } from './texts/instance.ts';
import { knowledgeTexts } from './texts/knowledge.ts';
import { mapTexts } from './texts/map.ts';
import { overviewTexts } from './texts/overview.ts';
import { patternsTexts } from './texts/patterns.ts';
import { placeTexts } from './texts/place.ts';
import { connectTexts, projectsTexts } from './texts/projects.ts';
import { memoryTexts } from './texts/search.ts';
import { settingsTexts } from './texts/settings.ts';
import { actionsTexts, keysTexts, navTexts, paletteTexts, queryTexts, themeTexts } from './texts/shell.ts';
import { diffTexts, historyTexts, jobsTexts, plotTexts } from './texts/history.ts';
import { syncTexts } from './texts/sync.ts';
import { wikiTexts } from './texts/wiki.ts';

/** Every text of the app: a translation is a second object of this shape. */
export const texts = {
  product: 'Project Sync',
  tagline: 'A repository’s memory, exactly as each sync left it.',
  skip: 'Skip to content',
  nav: navTexts,
  theme: themeTexts,
  actions: actionsTexts,
  signIn: signInTexts,
  account: accountTexts,
  invitation: invitationTexts,
  instance: instanceTexts,
  projects: projectsTexts,
  connect: connectTexts,
  sync: syncTexts,
  place: placeTexts,
  overview: overviewTexts,
  map: mapTexts,
  patterns: patternsTexts,
  insights: insightsTexts,
  wiki: wikiTexts,
  history: historyTexts,
  jobs: jobsTexts,
  diff: diffTexts,
  diagram: diagramTexts,
  plots: plotTexts,
  files: filesTexts,
  memory: memoryTexts,
  knowledge: knowledgeTexts,
  settings: settingsTexts,
  palette: paletteTexts,
  keys: keysTexts,
  query: queryTexts,
  failing: failingTexts,
  trace: 'Trace ID',
  loading: 'Loading…',
  onThisPage: 'On this page',
  shown: (shown: number, total: number) =>
    shown < total ? `${count(shown)} of ${count(total)}` : `${count(total)} in all`,
};
