/**
 * Keeps what a reader chose or typed in the page that the server rendered, before its scripts run: they set every field to
 * what the server knew. The returned function gives it back to the fields, and notifies their listeners.
 */
export function earlyChoices(page: Document): () => Promise<void> {
  // After a reload a browser may fill in fields by itself: that is no choice.
  if (!navigator.userActivation.hasBeenActive) return () => Promise.resolve();
  const made = [...page.querySelectorAll('select')].filter(isChosen).map((field) => ({
    field,
    value: field.value,
  }));
  const typed = [...page.querySelectorAll<HTMLInputElement>('input:not([role="combobox"])')]
    .filter(isTyped)
    .map((field) => ({ field, value: field.value, isChecked: field.checked }));
  return async () => {
    for (const { field, value } of made) {
      field.value = value;
      await notify(field);
    }
    for (const { field, value, isChecked } of typed) {
      if (isBox(field)) field.checked = isChecked;
      else field.value = value;
      await notify(field);
    }
  };
}

function isChosen({ options, selectedIndex }: HTMLSelectElement): boolean {
  const sent = [...options].findIndex(({ defaultSelected }) => defaultSelected);
  return selectedIndex !== Math.max(0, sent);
}

function isTyped(field: HTMLInputElement): boolean {
  if (field.type === 'file' || field.type === 'hidden') return false;
  return isBox(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function isBox({ type }: HTMLInputElement): boolean {
  return type === 'checkbox' || type === 'radio';
}

/** A choice may lead to another address, upon which the next one builds once the app is on its way there. */
async function notify(field: HTMLElement): Promise<void> {
  if (!field.isConnected) return;
  for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, { bubbles: true }));
  await new Promise((resolve) => setTimeout(resolve));
}
