/** A row of a list, and the part of the list that its box shows, in pixels. */
export interface RowInBox {
  /** The distance of the row from the top of the list. */
  at: number;
  height: number;
  /** The number of rows that belong to it, itself included. */
  rows?: number;
  scrollTop: number;
  boxHeight: number;
}

/** The scroll position that shows a row: unchanged if it is in sight, else at the nearest edge or in the middle. */
export function scrollToRow(
  { at, height, rows = 1, scrollTop, boxHeight }: RowInBox,
  align: 'nearest' | 'center',
): number {
  // A row to centre is not in sight at the lower edge: the rows after it belong to it, as a link to lines names them.
  const seen = align === 'center' ? boxHeight * 0.75 : boxHeight;
  // Of more rows than the box shows, the first ones come into sight.
  const tall = Math.min(height * rows, seen);
  const isInSight = at >= scrollTop && at + tall <= scrollTop + seen;
  if (isInSight) return scrollTop;
  if (align === 'center') return Math.max(0, at - (boxHeight - tall) / 2);
  return at < scrollTop ? at : at + height - boxHeight;
}
