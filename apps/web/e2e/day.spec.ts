import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTheOthers, shareLinks } from './day-elsewhere.ts';
import { dayPage, type DayPage } from './day-page.ts';
import { PlaceWatch, type Where } from './place-watch.ts';
import { Product } from './product.ts';
import { startDay } from './start-day.ts';

const product = new Product();
const watch = new PlaceWatch(product, 'harbour');
let day: DayPage;

const main: Where = { repository: 'harbour', branch: 'main', asOf: null };
const work: Where = { ...main, branch: 'work' };
const opened: Where = { ...main, asOf: 1 };

beforeAll(async () => {
  await startDay(product);
  day = dayPage(product, watch, 'harbour');
});
afterAll(async () => {
  // READ_ALOUD=file writes what a screen reader would have said on each page of the day.
  const { READ_ALOUD } = process.env;
  if (READ_ALOUD !== undefined) writeFileSync(READ_ALOUD, watch.spoken.join('\n'));
  await product.stop();
});

/** Finding, reading and following, on the default branch. */
async function readTheMainLine(): Promise<void> {
  const { page, tab, line, panel, tree, alive, step, press, findFile, goTo } = day;
  await step(/^$/, main, async () => {
    await page.goto(product.url);
    await alive();
    await press(page.getByRole('link', { name: 'harbour', exact: true }));
    await page.getByTestId('authored').getByText('Second Author').waitFor();
  });
  await step(/^\/files$/, main, async () => {
    await press(tab('Files'));
    await page.getByRole('heading', { name: 'Harbour', exact: true }).waitFor();
  });
  await step(/^\/files\/src\/quay\/berth\.ts$/, main, async () => {
    await findFile('berth');
    await line('length + 5');
  });
  await step(/berth\.ts$/, main, async () => {
    await press(panel().getByRole('link', { name: 'allocateBerth' }));
    await page.locator('.line.marked', { hasText: 'function allocateBerth' }).waitFor();
  });
  await step(/berth\.ts$/, main, async () => {
    await press(panel().getByRole('button', { name: 'Used in: allocateBerth' }));
    await panel().getByRole('heading', { name: 'allocateBerth' }).waitFor();
  });
  await step(/tide\/tide\.ts$/, main, async () => {
    await goTo('tideAt', /tideAt.*tide\.ts/);
    await page.locator('.line.marked', { hasText: 'function tideAt' }).waitFor();
  });
  await step(/quay\/berth\.ts$/, main, async () => {
    await press(panel().getByRole('link', { name: 'src/quay/berth.ts' }));
    await line('length + 5');
  });
  await step(/tide\/tide\.ts$/, main, async () => {
    await page.goBack();
    await line('function tideAt');
  });
  await step(/tide\/table\.ts$/, main, async () => {
    await press(panel().locator('summary', { hasText: 'Imports' }));
    await press(panel().getByRole('link', { name: './table.ts' }));
    await line('LOW_WATER = 0.4');
  });
  await step(/^\/files\/src\/tide$/, main, () =>
    press(page.getByRole('navigation', { name: 'Folders and files' }).getByRole('link', { name: 'tide' })),
  );
  await step(/tide\/tide\.ts$/, main, () =>
    press(page.getByRole('main').getByRole('link', { name: 'tide.ts', exact: true }).last()),
  );
  await step(/quay\/ship\.ts$/, main, async () => {
    await page.getByRole('searchbox', { name: 'Filter by name' }).fill('ship');
    await press(tree().getByRole('link', { name: 'src/quay/ship.ts' }));
  });
  await step(/quay\/ship\.ts$/, main, async () => {
    await alive();
    await page.keyboard.press('Control+f');
    await page.getByRole('textbox', { name: 'Find in this file' }).fill('length');
    await page.getByText('1 of 2').waitFor();
  });
}

/** Another branch: files, pages, the map and the palette. */
async function readAnotherBranch(): Promise<void> {
  const { page, tab, line, panel, hit, step, press, pickBranch, search, goTo } = day;
  await step(/quay\/ship\.ts$/, work, () => pickBranch('work'));
  await step(/quay\/crane\.ts$/, work, async () => {
    await press(panel().getByRole('link', { name: 'src/quay/crane.ts' }));
    await line('function unload');
  });
  await step(/^\/knowledge$/, work, () => press(tab('Knowledge')));
  await step(/^\/knowledge$/, work, async () => {
    const contents = page.getByRole('navigation', { name: 'Contents' });
    await press(contents.locator('summary', { hasText: /^\s*src/ }));
    await press(contents.getByRole('link', { name: 'quay', exact: true }));
    await page.getByText('unload').first().waitFor();
  });
  await step(/^\/files\/src\/quay\/crane\.ts$/, work, () =>
    press(page.getByRole('link', { name: /^crane\.ts:\d+$/ }).first()),
  );
  await step(/^\/knowledge\/map$/, work, async () => {
    await press(tab('Knowledge'));
    await press(page.getByRole('link', { name: 'Module map', exact: true }).first());
  });
  await step(/^\/knowledge\/map$/, work, async () => {
    const map = page.getByRole('group', { name: 'Module map' }).last();
    await press(map.getByRole('link', { name: /^src\/quay\// }));
    await page.waitForURL(/path=src%2Fquay/);
  });
  await step(/^\/knowledge\/patterns$/, work, () =>
    press(page.getByRole('link', { name: 'Patterns', exact: true }).first()),
  );
  await step(/^\/knowledge\/insights$/, work, () =>
    press(page.getByRole('link', { name: 'Insights', exact: true }).first()),
  );
  await step(/^\/history$/, work, async () => {
    await press(tab('History'));
    await page.getByRole('link', { name: /^#\d+ work/ }).waitFor();
  });
  await step(/quay\/crane\.ts$/, work, () => goTo('unload', /crane\.ts/));
  await step(/^\/memory$/, work, async () => {
    await page.keyboard.press('/');
    await search('allocateBerth');
  });
  await step(/quay\/berth\.ts$/, work, async () => {
    // Down leads from the search box to its first hit.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#L\d/);
    await line('room > ship.length');
  });
  await step(/^\/memory$/, work, () => page.goBack());
  await step(/^\/memory$/, work, askTheSame);
  await step(/^\/memory$/, main, async () => {
    await pickBranch('main');
    await hit().waitFor();
  });
}

/** The query behind the page opens in GraphiQL, with its variables, and runs there. */
async function askTheSame(): Promise<void> {
  const { page, hit, press, dialog } = day;
  await hit().waitFor();
  await press(page.getByRole('button', { name: 'The query behind this page' }));
  const opening = page.context().waitForEvent('page');
  await press(dialog().getByRole('link', { name: 'Open it in GraphiQL' }));
  const graphiql = await opening;
  await graphiql.getByRole('tab', { name: 'Search', exact: true }).waitFor();
  await graphiql.locator('.graphiql-editor-tool').getByText('allocateBerth').first().waitFor();
  await graphiql.locator('.graphiql-execute-button').press('Enter');
  await graphiql.locator('.result-window').getByText('isTotalExact').first().waitFor();
  await graphiql.close();
  await page.keyboard.press('Escape');
}

/** An earlier moment: reading, searching, and the way back. */
async function readThePast(): Promise<void> {
  const { page, tab, line, hit, step, press, pickMoment, search, findFile } = day;
  await step(/^\/history$/, main, () => press(tab('History')));
  await step(/^\/history\/1$/, main, async () => {
    await press(page.getByRole('link', { name: /^#1 main/ }));
    await page
      .getByTestId('authored')
      .getByText('First Author')
      .or(page.getByText('Nothing yet'))
      .first()
      .waitFor();
  });
  await step(/^\/files$/, opened, () =>
    press(page.getByRole('link', { name: 'Browse files as of this sync' })),
  );
  await step(/quay\/berth\.ts$/, opened, async () => {
    await findFile('berth');
    await line('room > ship.length');
    await page.getByRole('link', { name: 'Back to now' }).waitFor();
  });
  await step(/^\/memory$/, opened, async () => {
    await page.keyboard.press('/');
    await search('berth');
  });
  await step(/^\/files\//, opened, () => press(hit()));
  await step(/^$/, opened, async () => {
    await press(tab('Overview'));
    await page.getByRole('heading', { name: /^State at that time/ }).waitFor();
  });
  await step(/^\/knowledge$/, opened, () => press(tab('Knowledge')));
  await step(/^\/knowledge$/, main, () => pickMoment(/^Now/));
  // The moments of a branch are listed with their commits, the newest first.
  await step(/^\/knowledge$/, opened, () => pickMoment(/Nothing yet/));
  await step(/^\/knowledge$/, main, () => pickMoment(/^Now/));
  await step(/^\/files$/, main, () => press(tab('Files')));
}

/** Two states side by side, the earlier one brought back, and the branch let free again. */
async function compareAndRestore(): Promise<void> {
  const { page, tab, line, alive, open, step, press, fillAndPress, syncEnds } = day;
  await step(/^\/history\/compare$/, main, async () => {
    await press(tab('History'));
    const boxes = page.getByRole('checkbox', { name: /Compare #\d+ main/ });
    await press(boxes.first(), 'Space');
    await press(boxes.last(), 'Space');
    await press(page.getByRole('button', { name: 'Compare', exact: true }));
  });
  await step(/^\/history\/compare$/, main, async () => {
    await alive();
    await press(page.getByRole('button', { name: /src\/quay\/berth\.ts/ }));
    await page.getByText('ship.length + 5').waitFor();
  });
  await step(/^\/history\/compare$/, main, async () => {
    await press(page.getByRole('button', { name: 'Split' }));
    await page.waitForURL(/view=split/);
  });
  await step(/^\/history\/compare$/, main, async () => {
    await press(page.getByRole('link', { name: 'Swap the sides' }));
    await page.waitForURL(/to=1\b/);
  });
  await step(/^\/history\/1$/, main, () => press(page.getByRole('link', { name: /^#1 main/ }).first()));
  await step(/^\/history\/8$/, main, async () => {
    await press(page.getByRole('button', { name: 'Restore this state' }));
    await fillAndPress({ Reason: 'The berths were right before' }, 'Restore');
    await syncEnds();
  });
  await step(/quay\/berth\.ts$/, main, async () => {
    await open('/p/harbour/files/src/quay/berth.ts?branch=main');
    await line('room > ship.length');
  });
  await step(/^$/, main, async () => {
    await press(tab('Overview'));
    await press(page.getByTestId('pin').getByRole('button', { name: 'Release' }));
    await page.getByTestId('pin').waitFor({ state: 'detached' });
  });
  await step(/^$/, main, async () => {
    await press(page.getByTestId('start-sync'));
    await syncEnds();
    await page.getByTestId('authored').getByText('Second Author').waitFor();
  });
}

/** A note, which belongs to no branch, leaves the reader where they are; so do searches that are saved. */
async function writeANote(): Promise<void> {
  const { page, tab, hit, alive, step, press, fillAndPress, search } = day;
  await step(/^\/memory$/, main, () => press(tab('Search')));
  await step(/^\/memory$/, main, async () => {
    await alive();
    await press(page.getByRole('button', { name: 'Write a note' }));
    await fillAndPress(
      { Title: 'Pilots', 'What should be remembered': 'Pilots board at the windmill.' },
      'Save',
    );
    await page.getByText('The note is saved').waitFor();
  });
  await step(/^\/memory$/, main, async () => {
    await search('windmill');
    await press(page.getByRole('button', { name: 'Save this search' }));
    await fillAndPress({ Name: 'Pilots and mills' }, 'Save');
    await page.getByText('Saved as “Pilots and mills”').waitFor();
  });
  await step(/^\/memory\/./, main, () => press(hit()));
  const first = page.url();
  await step(/^\/memory\/./, main, async () => {
    await press(page.getByRole('button', { name: 'Edit: Pilots' }));
    await fillAndPress({ 'What should be remembered': 'Pilots board at the *lighthouse*.' }, 'Save');
    await page.locator('em', { hasText: 'lighthouse' }).waitFor();
    expect(page.url()).not.toBe(first);
  });
  await step(/^\/memory\/./, main, async () => {
    // The address of the version before leads to the one after it.
    await day.open(first.slice(product.url.length));
    await page.getByText('Pilots board at the windmill.').waitFor();
    await press(page.getByRole('link', { name: 'Read the newer version' }));
    await page.locator('em', { hasText: 'lighthouse' }).waitFor();
  });
  await step(/^\/knowledge\/notes$/, main, async () => {
    await press(page.getByRole('main').getByRole('link', { name: 'Notes', exact: true }));
    // The page before has such a button too.
    await page.waitForURL(/\/knowledge\/notes/);
    await press(page.getByRole('button', { name: 'Remove: Pilots' }));
    await fillAndPress({}, 'Remove');
    await page.getByRole('heading', { name: 'No note yet.' }).waitFor();
  });
  await step(/^\/memory$/, main, async () => {
    await press(tab('Search'));
    await press(page.getByRole('button', { name: 'Pilots and mills', exact: true }));
    await page.getByText('Nothing contains “windmill”').waitFor();
  });
}

// A command of its own, since it takes longer than all other files of its size:
// READER_DAY=1 vitest run --config .config/vitest.config.ts --project=browser apps/web/e2e/day.spec.ts
const isAsked = process.env['READER_DAY'] === '1';
test.runIf(isAsked)(
  'through a day of reading, comparing, restoring and sharing by keys alone, a page is where its address says',
  async () => {
    await readTheMainLine();
    await readAnotherBranch();
    await readThePast();
    await compareAndRestore();
    await writeANote();
    await readTheOthers(day);
    await shareLinks(day);
    expect(watch.steps).toBeGreaterThanOrEqual(60);
    expect(watch.unheard).toEqual([]);
    expect(product.complaints).toEqual([]);
  },
  600_000,
);
