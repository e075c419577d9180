import { createTransport } from 'nodemailer';

/** A mail in plain text. */
interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same for each attempt at one mail, so that receivers can drop a second copy. */
  readonly messageId: string;
}

/** A way to send mails. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** The longest wait for a connection, a greeting and each answer. All of it is shorter than the lease of a mail. */
const CONNECT_MS = 10_000;
const ANSWER_MS = 30_000;

/**
 * Opens the server that an address such as `smtps://user:password@mail.example.org` names. What is secret goes over no open
 * network: with a password, `smtp:` must be turned into TLS, unless the server is this machine.
 */
export function openMailer(address: string, from: string): Mailer {
  const url = new URL(address);
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isHere = ['localhost', '127.0.0.1', '::1'].includes(host);
  const hasLogin = url.username !== '';
  const transport = createTransport({
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && hasLogin && !isHere,
    ...(hasLogin
      ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }
      : {}),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: ANSWER_MS,
    // A mail is made of texts alone: nothing in it may name a file or an address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text, messageId }) {
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        messageId,
        // Programs that answer mails by themselves leave these alone.
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      });
    },
    close: () => transport.close(),
  };
}
