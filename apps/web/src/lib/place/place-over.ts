/** Places an open menu below its button, within the window. Anchors in style sheets are too new for every browser. */
export function placeOver(menu: HTMLElement, button: HTMLElement, edge: 'left' | 'right' = 'right'): void {
  const { left, right, bottom } = button.getBoundingClientRect();
  const wanted = edge === 'left' ? left : right - menu.offsetWidth;
  menu.style.left = `${Math.max(12, Math.min(wanted, innerWidth - 12 - menu.offsetWidth))}px`;
  menu.style.top = `${Math.max(12, Math.min(bottom + 4, innerHeight - menu.offsetHeight - 12))}px`;
}
