/** A row of a list, and the part of the list that its box shows, in pixels. */
export interface RowInBox {
  /** The distance of the row from the top of the list. */
  at: number;
  height: number;
  scrollTop: number;
  boxHeight: number;
}

/** The scroll position that shows a row: unchanged if it is in sight, else at the nearest edge or in the middle. */
export function scrollToRow(
  { at, height, scrollTop, boxHeight }: RowInBox,
  align: 'nearest' | 'center',
): number {
  const isInSight = at >= scrollTop && at + height <= scrollTop + boxHeight;
  if (isInSight) return scrollTop;
  if (align === 'center') return Math.max(0, at - (boxHeight - height) / 2);
  return at < scrollTop ? at : at + height - boxHeight;
}
