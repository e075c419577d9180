type Look = (isNear: boolean) => void;

/** One observer for all elements of a margin: each of hundreds of its own would be asked in every frame. */
const watches = new Map<number, { observer: IntersectionObserver; looks: Map<Element, Look> }>();

/** Tells whether an element is within a margin of pixels around the window, whenever that changes. Returns how to end it. */
export function watchNear(element: Element, margin: number, look: Look): () => void {
  const { observer, looks } = watches.get(margin) ?? begin(margin);
  looks.set(element, look);
  observer.observe(element);
  return () => {
    looks.delete(element);
    observer.unobserve(element);
  };
}

function begin(margin: number) {
  const looks = new Map<Element, Look>();
  const observer = new IntersectionObserver(
    (seen) => {
      // The last word on an element counts: a quick scroll has several in one go.
      const now = new Map(seen.map(({ target, isIntersecting }) => [target, isIntersecting]));
      for (const [target, isNear] of now) looks.get(target)?.(isNear);
    },
    { rootMargin: `${margin}px 0px` },
  );
  const begun = { observer, looks };
  watches.set(margin, begun);
  return begun;
}
