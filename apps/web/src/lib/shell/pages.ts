import type { ProjectLinks } from '../place/place.ts';
import { texts } from '../texts.ts';

/** The pages of a project, in the order of the tabs. */
export function pagesOf(links: ProjectLinks): { label: string; href: string }[] {
  return [
    { label: texts.nav.overview, href: links.overview },
    { label: texts.nav.history, href: links.history },
    { label: texts.nav.jobs, href: links.jobs },
    { label: texts.nav.files, href: links.files },
    { label: texts.nav.memory, href: links.memory },
    { label: texts.nav.knowledge, href: links.knowledge },
    { label: texts.nav.settings, href: links.settings },
  ];
}
