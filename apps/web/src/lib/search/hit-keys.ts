/** The hits of the page that is shown, in their order. */
export function hitsOnPage(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-hit]')];
}

/** Down and up walk through the hits, from the search box on; Escape leads back to it. */
export function onHitKey(event: KeyboardEvent, box: HTMLElement | undefined): void {
  const { key, target } = event;
  const isElsewhere =
    target instanceof HTMLElement &&
    target !== box &&
    target.closest('input, select, textarea, [role="dialog"], [popover]') !== null;
  if (isElsewhere || event.defaultPrevented) return;
  const all = hitsOnPage();
  const at = all.findIndex((hit) => hit === document.activeElement);
  if (key === 'Escape' && at >= 0) box?.focus();
  else if (key === 'ArrowDown') all[Math.min(all.length - 1, at + 1)]?.focus();
  else if (key === 'ArrowUp') (at <= 0 ? box : all[at - 1])?.focus();
  else return;
  event.preventDefault();
}
