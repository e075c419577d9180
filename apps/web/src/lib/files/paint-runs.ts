import { visible } from '../text/format.ts';
import type { Run } from '../text/line-runs.ts';

/** A coloured run before it has its text: a copy costs less than reading the colour again. */
const models = new Map<string, HTMLElement>();

/**
 * Puts the runs of a line into its element. By hand: hundreds of lines come into sight at once, and a component's block
 * for each run occupies the page several times as long.
 */
export function paintRuns(element: Element, runs: readonly Run[], match: MatchLook): void {
  element.replaceChildren(
    ...runs.map((run) => {
      const part = modelOf(run, match).cloneNode(false);
      part.textContent = shownText(run.text);
      return part;
    }),
  );
}

/** The element of a run that matches, and its class. */
interface MatchLook {
  readonly tag: 'mark' | 'span';
  readonly class: string;
}

/** A part of a line as it is shown: with spaces for tabs, and with what would hide or reorder it made visible. */
export function shownText(text: string): string {
  return visible(text.replaceAll('\t', '    '));
}

function modelOf({ isMatch, light, dark }: Run, match: MatchLook): HTMLElement {
  const look = isMatch ? match : { tag: 'span', class: '' };
  const key = `${look.tag} ${look.class} ${light} ${dark}`;
  const known = models.get(key);
  if (known !== undefined) return known;
  const made = document.createElement(look.tag);
  if (look.class !== '') made.className = look.class;
  if (light !== null) made.style.color = `light-dark(${light}, ${dark})`;
  models.set(key, made);
  return made;
}
