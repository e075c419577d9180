import type { GraphQLError } from 'graphql';
import { apiError } from '../graphql/errors.ts';
import { networkOfClient } from './client-address.ts';

/** Gives a place back. Calling it again does nothing. */
type Release = () => void;

/** Counts what is open at once, by its holder. */
class Places {
  readonly #most: number;
  readonly #taken = new Map<string, number>();

  /** A limit of 0 is none. */
  constructor(most: number) {
    this.#most = most;
  }

  take(holder: string): Release | null {
    const taken = this.#taken.get(holder) ?? 0;
    if (this.#most > 0 && taken >= this.#most) return null;
    this.#taken.set(holder, taken + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = (this.#taken.get(holder) ?? 1) - 1;
      if (left > 0) this.#taken.set(holder, left);
      else this.#taken.delete(holder);
    };
  }
}

/** The refusal of one stream or socket more. */
export function tooManyStreams(): GraphQLError {
  return apiError(
    'TOO_MANY_STREAMS',
    'Too many streams and sockets of this user or address are open at once. End one before opening another.',
    429,
  );
}

/** The place of a socket, from its opening to its end. */
export interface SocketPlace {
  /** Takes a place of the user that the socket has proven to be. False if the user has none left. */
  admit(userId: string): boolean;
  release(): void;
}

/** Limits of what may be open at once; 0 for none. */
export interface StreamLimits {
  readonly perUser: number;
  readonly perAddress: number;
}

/**
 * Places for sockets and event streams. Each holds memory and gets every event for as long as its client likes, so a rate
 * of requests does not limit them. A user counts across all keys and sessions: a user can make a hundred keys.
 */
export class StreamPlaces {
  readonly #byUser: Places;
  readonly #byAddress: Places;
  /** Sockets that have not said who they are. Anyone can open them, so they get a part of an address's places. */
  readonly #unproven: Places;

  constructor({ perUser, perAddress }: StreamLimits) {
    this.#byUser = new Places(perUser);
    this.#byAddress = new Places(perAddress);
    this.#unproven = new Places(Math.ceil(perAddress / 4));
  }

  /** Takes the place of a socket; null where its address has none left. */
  openSocket(address: string): SocketPlace | null {
    const network = networkOfClient(address);
    const unproven = this.#unproven.take(network);
    const atAddress = unproven === null ? null : this.#byAddress.take(network);
    if (unproven === null || atAddress === null) {
      unproven?.();
      return null;
    }
    let ofUser: Release | null = null;
    return {
      admit: (userId) => {
        ofUser ??= this.#byUser.take(userId);
        if (ofUser !== null) unproven();
        return ofUser !== null;
      },
      release: () => {
        unproven();
        atAddress();
        ofUser?.();
      },
    };
  }

  /** Takes the place of an event stream; null where its user or its address has none left. */
  openStream(userId: string, address: string): Release | null {
    const ofUser = this.#byUser.take(userId);
    const atAddress = ofUser === null ? null : this.#byAddress.take(networkOfClient(address));
    if (ofUser === null || atAddress === null) {
      ofUser?.();
      return null;
    }
    return () => {
      ofUser();
      atAddress();
    };
  }
}
