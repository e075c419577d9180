import type { Page } from 'playwright';

/** A device that keeps passkeys, in the browser of a page. */
interface PasskeyDevice {
  /** Decides whether the device recognises its user from now on. */
  verifies(isUserVerified: boolean): Promise<void>;
  remove(): Promise<void>;
}

/** Adds a virtual device to the browser of a page. It recognises its user, and asks nothing. */
export async function passkeyDevice(page: Page): Promise<PasskeyDevice> {
  const wire = await page.context().newCDPSession(page);
  await wire.send('WebAuthn.enable');
  const { authenticatorId } = await wire.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    async verifies(isUserVerified) {
      await wire.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
    async remove() {
      await wire.send('WebAuthn.disable');
      await wire.detach();
    },
  };
}
