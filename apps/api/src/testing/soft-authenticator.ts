import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const USER_PRESENT = 1;
const USER_VERIFIED = 4;
const HAS_KEY = 64;

/** The parts of a device's answer that a test can falsify. */
export interface DeviceOptions {
  readonly host: string;
  readonly origin: string;
  /** Whether the device checks its user, by a PIN, a finger or a face. */
  readonly isVerifying?: boolean;
}

/** A device that makes one passkey and signs challenges with it, as the WebAuthn standard describes. */
export class SoftAuthenticator {
  readonly id = randomBytes(16);
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #signatures = 0;

  /** The answer to the challenge for a new passkey. */
  create(challenge: string, options: DeviceOptions): Record<string, unknown> {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    // A map of five: an elliptic curve key, ES256, P-256, and the two coordinates.
    const key = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);
    const length = Buffer.from([0, this.id.length]);
    const data = Buffer.concat([this.#data(options, HAS_KEY), Buffer.alloc(16), length, this.id, key]);
    // A map of three: the format `none`, an empty statement, and the data as bytes with a length of two bytes.
    const attestation = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746159', 'hex'),
      Buffer.from([data.length >> 8, data.length & 255]),
      data,
    ]);
    return this.#answer({
      clientDataJSON: clientData('webauthn.create', challenge, options),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** The answer to the challenge of signing in. */
  get(challenge: string, options: DeviceOptions): Record<string, unknown> {
    this.#signatures += 1;
    const data = this.#data(options, 0);
    const client = clientData('webauthn.get', challenge, options);
    const signed = Buffer.concat([data, sha256(Buffer.from(client, 'base64url'))]);
    return this.#answer({
      clientDataJSON: client,
      authenticatorData: data.toString('base64url'),
      signature: sign('sha256', signed, this.#keys.privateKey).toString('base64url'),
    });
  }

  #data({ host, isVerifying = true }: DeviceOptions, more: number): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.#signatures);
    const flags = USER_PRESENT | (isVerifying ? USER_VERIFIED : 0) | more;
    return Buffer.concat([sha256(Buffer.from(host)), Buffer.from([flags]), count]);
  }

  #answer(response: object): Record<string, unknown> {
    const id = this.id.toString('base64url');
    return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} };
  }
}

function clientData(type: string, challenge: string, { origin }: DeviceOptions): string {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url');
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
