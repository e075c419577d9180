import { endedStatuses, phases, runningPhases, type activeStatuses } from './sync-states.ts';

export type Phase = (typeof phases)[number];
export type Status = (typeof activeStatuses)[number] | (typeof endedStatuses)[number];

/** The phases in which something runs. Any other phase is drawn once an event mentions it. */
const drawnPhases: readonly Phase[] = runningPhases;

/** The part of an event that the banner shows. */
export interface ProgressEvent {
  sequence: number;
  at: string;
  status: Status;
  phase: Phase;
  progress: number;
  message: string;
  /** Items per second of the phase, and the seconds it still needs; null until there is enough to estimate from. */
  rate?: number | null;
  secondsLeft?: number | null;
  /** The reason for a pause, and when it ends. */
  waitingFor?: string | null;
  waitingUntil?: string | null;
}

/** The state of a sync, gathered from its events so far. */
export interface ProgressState {
  sequence: number;
  status: Status;
  phase: Phase;
  progress: number;
  message: string;
  /** The time of each phase's first event. */
  begun: Partial<Record<Phase, string>>;
  lastAt: string | null;
  rate: number | null;
  waitingFor: string | null;
  waitingUntil: string | null;
  /** Share of the sync done per second, over the last events. The time left is estimated from it. */
  speed: number | null;
  recent: { at: number; progress: number }[];
}

/** A sync before its first event. */
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

/** A running sync as its row says it is now: what happened before is not played again. */
export function presentOf(sync: {
  lastSequence: number;
  status: Status;
  phase: Phase;
  progress: number;
}): ProgressState {
  const { status, phase, progress } = sync;
  // The newest event comes once more, with its message and its rate.
  return { ...NOTHING_YET, sequence: Math.max(0, sync.lastSequence - 1), status, phase, progress };
}

/** Adds when phases began, as the log says it, to a state that was begun in the middle. */
export function withBegun(
  state: ProgressState,
  events: readonly { phase: Phase; at: string }[],
): ProgressState {
  const begun: Partial<Record<Phase, string>> = {};
  for (const { phase, at } of events) begun[phase] ??= at;
  return { ...state, begun: { ...state.begun, ...begun } };
}

/** Adds an event. One that was seen before changes nothing, so a reconnection may replay the log. */
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

/** Whether the sync has ended: no event follows. */
export function isOver(status: Status): boolean {
  return endedStatuses.some((ended) => ended === status);
}

/** Whether readers see the state that the sync brings: FINALIZE is done. */
export function isReadable({ status, phase }: Pick<ProgressState, 'status' | 'phase'>): boolean {
  return status === 'COMPLETED' || phases.indexOf(phase) > phases.indexOf('FINALIZE');
}

/** The phases to draw, in their order. */
export function shownPhases(state: ProgressState): Phase[] {
  return phases.filter(
    (phase) => drawnPhases.includes(phase) || phase === state.phase || state.begun[phase] !== undefined,
  );
}

/** The look of a phase's step. */
export function stepOf(
  state: ProgressState,
  phase: Phase,
): 'done' | 'now' | 'failed' | 'stopped' | 'waiting' | 'skipped' {
  // While it waits for a worker nothing has begun, whatever phase its row names.
  if (state.status === 'QUEUED') return 'waiting';
  // A page that was opened in the middle reads the beginnings a moment later, of which the first phase always has one.
  const isKnown = state.begun.PREPARE !== undefined;
  const passed = isKnown && state.begun[phase] === undefined ? 'skipped' : 'done';
  if (state.status === 'COMPLETED') return passed;
  const distance = phases.indexOf(phase) - phases.indexOf(state.phase);
  if (distance < 0) return passed;
  if (distance > 0) return 'waiting';
  if (state.status === 'CANCELLED') return 'stopped';
  return state.status === 'FAILED' ? 'failed' : 'now';
}

/** The seconds a phase took, until the next one began or until now. */
export function secondsIn(state: ProgressState, phase: Phase, now: number): number | null {
  const from = state.begun[phase];
  if (from === undefined) return null;
  const later = phases.slice(phases.indexOf(phase) + 1).find((next) => state.begun[next] !== undefined);
  const to = later === undefined ? undefined : state.begun[later];
  const ended = isOver(state.status) ? state.lastAt : null;
  const last = to ?? ended;
  const end = last === null ? now : new Date(last).getTime();
  return Math.max(0, (end - new Date(from).getTime()) / 1000);
}

/** The seconds left at the present speed; null while there is nothing to estimate from. */
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
