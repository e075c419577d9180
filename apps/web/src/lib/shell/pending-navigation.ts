import { createContext } from 'svelte';

/** Whether the next page of the open project takes so long that a skeleton is shown in its place. */
export const [projectWaits, setProjectWaits] = createContext<() => boolean>();
