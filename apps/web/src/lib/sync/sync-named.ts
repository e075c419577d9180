/** The variables of a question for a sync that an address names: by its number, or by its ID as older addresses do. */
export function syncNamed(name: string): { number: number; id: string; isNumbered: boolean } {
  const isNumbered = /^#?\d{1,9}$/.test(name);
  return { number: isNumbered ? Number(name.replace('#', '')) : 0, id: name, isNumbered };
}
