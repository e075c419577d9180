import { createContext } from 'svelte';

/** Whether a page of the project that is open is awaited for so long that a skeleton stands in for it. */
export const [projectWaits, setProjectWaits] = createContext<() => boolean>();
