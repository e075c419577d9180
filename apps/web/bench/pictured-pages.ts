import type { Page } from 'playwright';

/** A page or a state of one, and how a picture of it comes about. */
interface PicturedPage {
  readonly name: string;
  readonly path: string;
  /** Brings the page into its state. */
  readonly act?: (page: Page) => Promise<unknown>;
  /** Whether it is taken on a large screen and enlarged as well. */
  readonly wide?: boolean;
  /** Only what a screen shows: the rest of the page lies behind a dialog, or is long. */
  readonly screen?: boolean;
}

const own = '/p/project-sync';
const small = '/p/harbour';
const key = (keys: string) => (page: Page) => page.keyboard.press(keys);
const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();

const fill = (label: string, text: string) => (page: Page) => page.getByLabel(label).first().fill(text);
/** Turns to the moment before the newest, by the picker beside the branch. */
const goBack = async (page: Page) => {
  await page.locator('.moment').click();
  await page.locator('#moments li').nth(2).getByRole('button').click();
  await page.waitForURL(/as-of=/);
};

const projects: readonly PicturedPage[] = [
  { name: 'projects', path: '/', wide: true },
  { name: 'projects-none', path: '/?q=zzzqqq' },
  { name: 'connect', path: '/connect' },
  { name: 'connect-unknown', path: '/connect', act: fill('Repository address', 'not an address') },
  { name: 'account', path: '/account', wide: true },
  { name: 'instance', path: '/instance', wide: true },
  { name: 'instance-github-app', path: '/instance/github-app' },
  { name: 'not-found', path: '/nowhere/at/all' },
  { name: 'not-found-project', path: '/p/nowhere' },
  { name: 'invitation-ended', path: '/invitation?token=nonsense' },
];

const overview: readonly PicturedPage[] = [
  {
    name: 'overview',
    path: own,
    wide: true,
    act: (page) => page.getByRole('heading', { name: 'Module map' }).waitFor(),
  },
  { name: 'overview-many', path: small },
  { name: 'overview-never', path: '/p/quiet' },
  { name: 'overview-failed', path: '/p/lost' },
  { name: 'overview-past', path: own, act: goBack },
  { name: 'overview-pinned', path: `${own}?branch=next`, screen: true },
  { name: 'overview-gone', path: `${small}?branch=old`, screen: true },
  {
    name: 'overview-branches',
    path: own,
    screen: true,
    act: (page) => page.getByRole('combobox', { name: 'Branch' }).click(),
  },
  {
    name: 'overview-moments',
    path: own,
    screen: true,
    act: (page) => page.locator('.moment').click(),
  },
  { name: 'palette', path: own, screen: true, act: key('Control+k') },
  {
    name: 'palette-words',
    path: own,
    screen: true,
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('startSync');
      await page.getByRole('dialog').getByRole('option').nth(3).waitFor();
    },
  },
  { name: 'keyboard', path: own, screen: true, act: key('?') },
  { name: 'query', path: own, screen: true, act: press('The query behind this page') },
];

const files: readonly PicturedPage[] = [
  { name: 'files', path: `${own}/files`, wide: true },
  { name: 'folder', path: `${own}/files/packages/sync/src`, screen: true },
  { name: 'file', path: `${own}/files/packages/sync/src/sync-project.ts`, screen: true, wide: true },
  {
    name: 'file-lines',
    path: `${own}/files/packages/db/src/syncs/start-sync.ts#L20-L30`,
    screen: true,
  },
  {
    name: 'file-name',
    path: `${own}/files/packages/sync/src/sync-project.ts`,
    screen: true,
    act: (page) => page.locator('.uses').first().click(),
  },
  {
    name: 'file-find',
    path: `${own}/files/packages/sync/src/sync-project.ts`,
    screen: true,
    act: async (page) => {
      await page.keyboard.press('Control+f');
      await page.keyboard.type('phase');
    },
  },
  {
    name: 'file-versions',
    path: `${own}/files/README.md`,
    screen: true,
    act: press(/^Versions/),
  },
  {
    name: 'file-past',
    path: `${own}/files/packages/sync/src/sync-project.ts`,
    screen: true,
    act: goBack,
  },
  { name: 'file-changed', path: `${small}/files/src/quay/berth.ts`, act: press(/^Versions/) },
  { name: 'tree-filter', path: `${own}/files`, screen: true, act: fill('Filter by name', 'sync') },
  { name: 'finder', path: `${own}/files?find=1`, screen: true, act: (page) => page.keyboard.type('sync') },
  {
    name: 'markdown',
    path: `${small}/files/docs/guide.md`,
    wide: true,
    act: (page) => page.getByRole('img', { name: 'A diagram.' }).first().waitFor(),
  },
  { name: 'table', path: `${small}/files/docs/quays.csv` },
  { name: 'notebook', path: `${small}/files/docs/wind.ipynb` },
  { name: 'image', path: `${small}/files/img/plan.svg` },
  { name: 'file-missing', path: `${small}/files/src/nothing.ts` },
  { name: 'files-never', path: '/p/quiet/files' },
];

const search: readonly PicturedPage[] = [
  { name: 'search', path: `${own}/memory` },
  { name: 'search-hits', path: `${own}/memory?q=startSync`, wide: true, screen: true },
  { name: 'search-question', path: `${own}/memory?q=how+is+a+sync+cancelled`, screen: true },
  { name: 'search-all', path: `${small}/memory?q=ships`, screen: true },
  { name: 'search-none', path: `${own}/memory?q=zzzqqq&mode=KEYWORD` },
  { name: 'search-nearest', path: `${own}/memory?q=zzzqqq`, screen: true },
  { name: 'search-bad', path: `${own}/memory?q=%2F%5B%2F+tide` },
  {
    name: 'search-completion',
    path: `${own}/memory?q=sync`,
    screen: true,
    act: async (page) => {
      await page.getByRole('searchbox').focus();
      await page.keyboard.press('End');
      await page.keyboard.type(' lang:t');
    },
  },
  { name: 'search-across', path: '/search?q=ships' },
  {
    name: 'search-save',
    path: `${small}/memory?q=ships`,
    screen: true,
    act: press('Save this search'),
  },
  { name: 'search-never', path: '/p/quiet/memory' },
  { name: 'search-past', path: `${own}/memory?q=startSync`, screen: true, act: goBack },
  { name: 'note-form', path: `${small}/memory`, screen: true, act: press('Write a note') },
  {
    name: 'entry',
    path: `${small}/memory?q=ships`,
    act: async (page) => {
      await page
        .getByLabel(/^Link to this passage/)
        .first()
        .click();
      await page.waitForURL(/\/memory\/[^?]/);
    },
  },
];

const knowledge: readonly PicturedPage[] = [
  { name: 'documents', path: `${own}/knowledge`, wide: true },
  {
    name: 'document',
    path: `${own}/knowledge?page=architecture`,
    act: (page) => page.getByRole('img', { name: 'A diagram.' }).first().waitFor(),
  },
  { name: 'document-module', path: `${own}/knowledge?page=modules/packages/db/src`, screen: true },
  { name: 'documents-small', path: `${small}/knowledge` },
  {
    name: 'document-history',
    path: `${own}/knowledge?page=architecture`,
    act: async (page) => {
      const history = page.getByText(/^History: /);
      if ((await history.count()) > 0) await history.click();
    },
  },
  { name: 'map', path: `${own}/knowledge/map`, wide: true },
  { name: 'map-folder', path: `${own}/knowledge/map?path=packages/sync/src` },
  { name: 'patterns', path: `${own}/knowledge/patterns`, wide: true },
  {
    name: 'pattern',
    path: `${own}/knowledge/patterns`,
    screen: true,
    act: (page) => page.locator('main details summary').first().click(),
  },
  { name: 'insights', path: `${own}/knowledge/insights` },
  { name: 'insights-small', path: `${small}/knowledge/insights` },
  { name: 'notes', path: `${small}/knowledge/notes` },
  {
    name: 'document-form',
    path: `${small}/knowledge`,
    screen: true,
    act: press('Write a document'),
  },
];

const history: readonly PicturedPage[] = [
  { name: 'history', path: `${own}/history?of=all`, wide: true },
  {
    name: 'history-plots',
    path: `${own}/history?of=all`,
    act: (page) =>
      page
        .getByText('Plots', { exact: true })
        .click({ timeout: 2000 })
        .catch(() => {}),
  },
  { name: 'history-none', path: `${own}/history?of=all&status=CANCELLED` },
  { name: 'sync', path: `${own}/history/2`, wide: true },
  { name: 'sync-first', path: `${own}/history/1`, screen: true },
  { name: 'sync-failed', path: '/p/lost/history/2' },
  {
    name: 'restore',
    path: `${own}/history/1`,
    screen: true,
    act: async (page) => {
      await press('Restore this state')(page);
      await page.getByRole('dialog').getByText('Loading…').waitFor({ state: 'detached' });
    },
  },
  { name: 'sync-none', path: `${own}/history/999` },
  { name: 'compare-none', path: `${own}/history/compare?from=1&to=999` },
  { name: 'compare', path: `${own}/history/compare?from=1&to=3`, screen: true },
  {
    name: 'diff-unified',
    path: `${small}/history/compare?from=1&to=5&file=src/quay/crane.ts`,
  },
  {
    name: 'diff-split',
    path: `${small}/history/compare?from=1&to=4&file=src/quay/berth.ts&view=split`,
  },
  { name: 'jobs', path: `${own}/jobs`, wide: true },
  { name: 'jobs-failed', path: '/p/lost/jobs' },
  {
    name: 'jobs-paused',
    path: '/p/lost/jobs',
    act: async (page) => {
      const pause = page.getByRole('button', { name: 'Pause the queue' });
      if ((await pause.count()) > 0) await pause.click();
      await page.getByText('The queue is paused').waitFor();
      await page.getByRole('link', { name: 'Overview' }).click();
      const start = page.getByTestId('start-sync');
      await start.waitFor();
      if (await start.isEnabled()) await start.click();
      await page.locator('[data-testid="sync-banner"][data-status="QUEUED"]').waitFor();
      await page.getByRole('link', { name: 'Jobs' }).click();
      await page.getByRole('heading', { name: 'Waiting' }).waitFor();
    },
  },
];

const settings: readonly PicturedPage[] = [
  { name: 'settings', path: `${own}/settings`, wide: true },
  { name: 'settings-members', path: `${small}/settings` },
  {
    name: 'settings-audit',
    path: `${small}/settings`,
    act: (page) => page.getByText('Show the log').click(),
  },
  {
    name: 'settings-key',
    path: `${small}/settings`,
    screen: true,
    act: async (page) => {
      await page.getByLabel('Name', { exact: true }).fill('deploy');
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByText('Copy it now').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'settings-webhook',
    path: `${small}/settings`,
    screen: true,
    act: async (page) => {
      await page.getByLabel('Address to call').fill('https://hooks.example.org/sync');
      await page.getByRole('button', { name: 'Add webhook' }).click();
      await page.getByText('The secret of its signatures').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'settings-removal',
    path: `${small}/settings`,
    screen: true,
    act: press(/^Remove repository/),
  },
];

/** Every page of the app and every state of one that its address and its user can bring about. */
export const picturedPages = [
  ...projects,
  ...overview,
  ...files,
  ...search,
  ...knowledge,
  ...history,
  ...settings,
];
