import { callApi } from './account-api.ts';

/** Whether this browser makes and uses passkeys. */
export function canUsePasskeys(): boolean {
  return (
    typeof PublicKeyCredential === 'function' &&
    'parseCreationOptionsFromJSON' in PublicKeyCredential &&
    'parseRequestOptionsFromJSON' in PublicKeyCredential
  );
}

/** Lets the user's device make a passkey, and stores it. Returns the code of what went wrong; null where nothing did. */
export async function createPasskey(name: string): Promise<string | null> {
  const asked = await callApi<PublicKeyCredentialCreationOptionsJSON>(
    fetch,
    '/api/account/passkeys/challenge',
    {},
  );
  if (!asked.ok) return asked.refusal.code;
  const made = await answerOf(() =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked.answer),
    }),
  );
  if (typeof made === 'string') return made;
  const added = await callApi(fetch, '/api/account/passkeys', { name, response: made.toJSON() });
  return added.ok ? null : added.refusal.code;
}

/** Signs the user in by a passkey. Returns the code of what went wrong; null where nothing did. */
export async function signInWithPasskey(): Promise<string | null> {
  const asked = await callApi<PublicKeyCredentialRequestOptionsJSON>(
    fetch,
    '/api/auth/passkey/generate-authenticate-options',
  );
  if (!asked.ok) return codeOf(asked.refusal.status);
  const found = await answerOf(() =>
    navigator.credentials.get({
      // The server takes no passkey whose device has not checked its user.
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON({
        ...asked.answer,
        userVerification: 'required',
      }),
    }),
  );
  if (typeof found === 'string') return found;
  const signedIn = await callApi(fetch, '/api/auth/passkey/verify-authentication', {
    response: found.toJSON(),
  });
  return signedIn.ok ? null : codeOf(signedIn.refusal.status);
}

/** The device's answer, or the code of its refusal: browsers do not say more than these. */
async function answerOf(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential | string> {
  try {
    const credential = await ask();
    return credential instanceof PublicKeyCredential ? credential : 'PASSKEY_CANCELLED';
  } catch (error) {
    return error instanceof DOMException && error.name === 'InvalidStateError'
      ? 'PASSKEY_KNOWN'
      : 'PASSKEY_CANCELLED';
  }
}

function codeOf(status: number): string {
  if (status === 429) return 'RATE_LIMITED';
  return status < 500 ? 'PASSKEY_UNKNOWN' : 'UNREACHABLE';
}
