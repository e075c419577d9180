/** The texts of signing in. */
export const signInTexts = {
  title: 'Sign in',
  email: 'Email',
  password: 'Password',
  submit: 'Sign in',
  busy: 'Signing in…',
  link: 'The terminal that started the server shows a link that signs you in without a password.',
  wrong: 'That email and password do not match. Check both, or use the link from the terminal.',
  unreachable: 'The server does not answer. Check that it is running, then try again.',
  github: 'Sign in with GitHub',
  openid: (name: string) => `Sign in with ${name}`,
  passkey: 'Sign in with a passkey',
  passkeyProblems: {
    PASSKEY_CANCELLED: 'No passkey was chosen. Try again, or use another way.',
    PASSKEY_UNKNOWN: 'That passkey does not sign in here. Use another way, then add it on your account page.',
  } satisfies Record<string, string> as Readonly<Record<string, string>>,
  limited: 'Too many attempts. Wait a minute, then try again.',
  problems: {
    signup_disabled: 'No account here has the address of that GitHub account. Ask for an invitation.',
    unable_to_create_user: 'No account here has that address, and it has no invitation. Ask for one.',
    account_not_linked:
      'That address is not verified there, or the account with that address has not confirmed it here. Sign in another way, then connect the two on your account page.',
  } satisfies Record<string, string> as Readonly<Record<string, string>>,
  refused: 'Signing in there did not work. Try again, or use another way.',
};

/** The texts of the account page. */
export const accountTexts = {
  sessions: 'Sessions',
  sessionsText: 'Every browser in which you are signed in. End any that you do not recognize.',
  thisSession: 'this browser',
  unknownBrowser: 'An unknown browser',
  signedIn: 'signed in',
  endSession: 'End session',
  profile: 'You',
  name: 'Your name',
  nameHint: 'Other members see it beside what you do.',
  emailHint: 'You sign in with it.',
  profileSaved: 'Saved.',
  title: 'Account',
  signedInAs: (email: string) => `You are signed in as ${email}.`,
  password: 'Password',
  passwordText: 'You signed in with a link that works once. With a password you can come back.',
  current: 'Current password',
  wanted: 'New password',
  set: 'Set a password',
  change: 'Change the password',
  saved: 'The password is saved.',
  tooShort: (characters: number) => `A password has at least ${characters} characters.`,
  wait: (seconds: number) => `Too many attempts. Try again in ${seconds} s.`,
  failed: 'The password could not be changed. Try again.',
  notConnected: 'The other account was not connected. Try again.',
  problems: {
    WRONG_PASSWORD: 'That is not your current password.',
    PASSWORD_TOO_LONG: 'That password is too long.',
    INVALID_NAME: 'A name has 1 to 100 characters.',
    INVALID_EMAIL: 'That is not an email address.',
    EMAIL_TAKEN: 'Another account has that address.',
    GITHUB_UNREACHABLE: 'GitHub did not answer. Try again later.',
    OPENID_UNREACHABLE: 'The provider did not answer. Try again later.',
    SESSION_NOT_FRESH:
      'You signed in more than an hour ago. Sign out and in again first: a browser left open must not change how you sign in.',
    PASSKEY_CANCELLED: 'No passkey was created. Try again.',
    PASSKEY_KNOWN: 'This device has a passkey for you already.',
    PASSKEY_NOT_FOUND: 'That passkey was removed already.',
    TOO_MANY_PASSKEYS: 'You have reached the limit of passkeys. Remove one first.',
    PASSWORD_TOO_COMMON: 'That password is among the first that an attacker tries. Choose another.',
  } satisfies Record<string, string> as Readonly<Record<string, string>>,
  passkeys: 'Passkeys',
  passkeysText:
    'Sign in with this device’s fingerprint, face or PIN, or with your password manager. A passkey cannot be guessed, nor given to the wrong site.',
  passkeyName: 'Name',
  addPasskey: 'Add a passkey',
  added: 'added',
  synced: 'synced',
  remove: 'Remove',
  removePasskey: (name: string) => `Remove the passkey ${name}`,
  noPasskeys: 'This browser cannot create passkeys.',
  passkeyFailed: 'The passkey was not added. Try again.',
  connect: 'Connect GitHub',
  connectNamed: (name: string) => `Connect ${name}`,
  connectText: (host: string) => `Sign in with your account at ${host} as well.`,
  connected: (host: string) => `Your account at ${host} is connected.`,
  signOut: 'Sign out',
  signOutText: 'End this session in this browser.',
};

/** The texts of an invitation. */
export const invitationTexts = {
  join: (project: string) => `Join ${project}`,
  offer: (role: string, email: string) =>
    `You are invited as ${role.toLowerCase()}, with the address ${email}.`,
  submit: 'Join',
  ended: 'This invitation was used or has expired',
  askForNew: 'Ask for a new one.',
  signInFirst: (email: string) =>
    `There is an account with the address ${email} already. Sign in to it, then open this link again.`,
};
