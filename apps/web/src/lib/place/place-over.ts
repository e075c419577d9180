/** Places an open menu below its button, within the window. Anchors in style sheets are too new for every browser. */
export function placeOver(menu: HTMLElement, button: HTMLElement): void {
  const { right, bottom } = button.getBoundingClientRect();
  const left = Math.min(right, innerWidth - 12) - menu.offsetWidth;
  menu.style.left = `${Math.max(12, left)}px`;
  menu.style.top = `${Math.max(12, Math.min(bottom + 4, innerHeight - menu.offsetHeight - 12))}px`;
}
