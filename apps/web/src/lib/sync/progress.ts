/** The phases in their order, as the banner shows them. */
export const PHASES = [
  'PREPARE',
  'SCAN',
  'IMPORT',
  'FINALIZE',
  'ANALYZE',
  'DOCUMENT',
  'CONSOLIDATE',
  'AXIOM',
  'EMBED',
] as const;
export type Phase = (typeof PHASES)[number];
export type Status = 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/** What the banner reads of an event. */
export interface ProgressEvent {
  sequence: number;
  at: string;
  status: Status;
  phase: Phase;
  progress: number;
  message: string;
  /** What the phase does a second, and how long it will still take: both once there is something to go by. */
  rate?: number | null;
  secondsLeft?: number | null;
  /** Why nothing moves, and until when. */
  waitingFor?: string | null;
  waitingUntil?: string | null;
}

/** What is known of a sync from its events so far. */
export interface ProgressState {
  sequence: number;
  status: Status;
  phase: Phase;
  progress: number;
  message: string;
  /** When each phase began, by its first event. */
  begun: Partial<Record<Phase, string>>;
  lastAt: string | null;
  rate: number | null;
  waitingFor: string | null;
  waitingUntil: string | null;
  /** Share of the whole done a second, over the last events: what the time left is guessed from. */
  speed: number | null;
  recent: { at: number; progress: number }[];
}

/** A sync of which no event has come yet. */
export const NOTHING_YET: ProgressState = {
  sequence: 0,
  status: 'QUEUED',
  phase: 'PREPARE',
  progress: 0,
  message: '',
  begun: {},
  lastAt: null,
  rate: null,
  waitingFor: null,
  waitingUntil: null,
  speed: null,
  recent: [],
};

/** Adds an event. One that has been seen changes nothing, so a reconnection may replay what it likes. */
export function addEvent(state: ProgressState, event: ProgressEvent): ProgressState {
  if (event.sequence <= state.sequence) return state;
  const at = new Date(event.at).getTime();
  const recent = [...state.recent, { at, progress: event.progress }].slice(-12);
  return {
    sequence: event.sequence,
    status: event.status,
    phase: event.phase,
    progress: Math.max(state.progress, event.progress),
    message: event.message,
    begun: state.begun[event.phase] === undefined ? { ...state.begun, [event.phase]: event.at } : state.begun,
    lastAt: event.at,
    rate: event.rate ?? null,
    waitingFor: event.waitingFor ?? null,
    waitingUntil: event.waitingUntil ?? null,
    speed: speedOf(recent),
    recent,
  };
}

/** Whether nothing more will come. */
export function isOver(status: Status): boolean {
  return status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELLED';
}

/** How a phase's step is drawn. */
export function stepOf(
  state: ProgressState,
  phase: Phase,
): 'done' | 'now' | 'failed' | 'waiting' | 'skipped' {
  const passed = state.begun[phase] === undefined ? 'skipped' : 'done';
  if (state.status === 'COMPLETED') return passed;
  const distance = PHASES.indexOf(phase) - PHASES.indexOf(state.phase);
  if (distance < 0) return passed;
  if (distance > 0) return 'waiting';
  return state.status === 'FAILED' || state.status === 'CANCELLED' ? 'failed' : 'now';
}

/** Seconds that a phase took, until the next one began or until now. */
export function secondsIn(state: ProgressState, phase: Phase, now: number): number | null {
  const from = state.begun[phase];
  if (from === undefined) return null;
  const later = PHASES.slice(PHASES.indexOf(phase) + 1).find((next) => state.begun[next] !== undefined);
  const to = later === undefined ? undefined : state.begun[later];
  const end =
    to !== undefined
      ? new Date(to).getTime()
      : isOver(state.status) && state.lastAt !== null
        ? new Date(state.lastAt).getTime()
        : now;
  return Math.max(0, (end - new Date(from).getTime()) / 1000);
}

/** Seconds left at the present speed; null while nobody can tell. */
export function secondsLeft(state: ProgressState): number | null {
  if (isOver(state.status) || state.speed === null || state.progress < 0.02) return null;
  return (1 - state.progress) / state.speed;
}

function speedOf(recent: readonly { at: number; progress: number }[]): number | null {
  const first = recent[0];
  const last = recent.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at || last.progress <= first.progress)
    return null;
  return (last.progress - first.progress) / ((last.at - first.at) / 1000);
}
