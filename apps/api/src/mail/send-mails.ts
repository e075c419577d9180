import type { DueMail, MailAnswer, MailOutbox } from '@project-sync/db';
import { sendAsDue } from '../outbox/send-as-due.ts';
import { mailText } from './mail-text.ts';
import type { Mailer } from './open-mailer.ts';

/** Mails that are sent at the same time: servers of providers take few connections from one sender. */
const AT_ONCE = 3;

/** The parts of the sender. */
interface MailSenderOptions {
  readonly outbox: MailOutbox;
  readonly mailer: Mailer;
  readonly publicUrl: string;
  readonly redact: (text: string) => string;
  readonly log: { error(context: object, message: string): void };
}

/** Sends mails as they fall due, until it is stopped. */
export async function sendMails(options: MailSenderOptions): Promise<{ readonly stop: () => Promise<void> }> {
  const { outbox, mailer, log } = options;
  const sending = await sendAsDue<DueMail, MailAnswer>({
    outbox,
    atOnce: AT_ONCE,
    send: (mail) => send(mail, options),
    wasTaken: (answer) => answer === null,
    report: (error) => log.error({ error }, 'The mails to send could not be read.'),
  });
  return {
    async stop() {
      await sending.stop();
      mailer.close();
    },
  };
}

async function send(
  mail: DueMail,
  { mailer, publicUrl, redact, log }: MailSenderOptions,
): Promise<MailAnswer> {
  try {
    const written = mailText(mail.data, { publicUrl, redact });
    const messageId = `<${mail.id}@${new URL(publicUrl).hostname}>`;
    await mailer.send({ to: mail.address, messageId, ...written });
    return null;
  } catch (error) {
    const known = reasonOf(error);
    if (known === null) log.error({ error, mail: mail.id }, 'A mail could not be sent.');
    const failure = known ?? 'The mail could not be sent; the log of the server says why.';
    return {
      failure: redact(failure.replaceAll('\0', '').toWellFormed().slice(0, 500)),
      isFinal: isFinal(error),
    };
  }
}

/** The reason in words; null for an error that only the log can explain. */
function reasonOf(error: unknown): string | null {
  const { code, response } = partsOf(error);
  if (response !== null) return `The mail server answered: ${response}`;
  if (code === 'EAUTH') return 'The mail server does not take the name and the password in SMTP_URL.';
  return code === null ? null : `The mail server could not be reached (${code}).`;
}

/** A server that says 5xx of a mail will say it again; where it refuses to talk to us at all, the operator can help. */
function isFinal(error: unknown): boolean {
  const { code, status } = partsOf(error);
  return code !== 'EAUTH' && code !== 'ECONNECTION' && status >= 500;
}

function partsOf(error: unknown): { code: string | null; response: string | null; status: number } {
  const read = (name: string): unknown => (error instanceof Error ? Reflect.get(error, name) : null);
  const [code, response, status] = [read('code'), read('response'), read('responseCode')];
  return {
    code: typeof code === 'string' ? code : null,
    response: typeof response === 'string' ? response : null,
    status: typeof status === 'number' ? status : 0,
  };
}
