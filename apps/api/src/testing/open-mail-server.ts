import { createServer, type Socket } from 'node:net';

/** A mail as the server got it. */
interface ReceivedMail {
  readonly from: string;
  readonly to: string;
  /** Its head and body, with soft line breaks joined. */
  readonly text: string;
}

/** A mail server on loopback that keeps what it is sent, and answers recipients as the test says. */
export async function openMailServer() {
  const mails: ReceivedMail[] = [];
  const server = { answer: '250 ok' };
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    serve(socket, server, (mail) => mails.push(mail));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  return {
    url: `smtp://127.0.0.1:${address instanceof Object ? address.port : 0}`,
    mails,
    /** Changes how the next recipients are answered. */
    answer: (line: string) => void (server.answer = line),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => listener.close(() => resolve()));
    },
  };
}

/** Joins the lines of a head that go on below, and those of a text that were broken for the way. */
function readable(mail: string): string {
  const [head = '', ...text] = mail.split('\n\n');
  return `${head.replaceAll(/\n\s+/g, ' ')}\n\n${text.join('\n\n').replaceAll('=\n', '').replaceAll('=3D', '=')}`;
}

function serve(
  socket: Socket,
  server: { readonly answer: string },
  keep: (mail: ReceivedMail) => void,
): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  const envelope = { from: '', to: '' };
  let body: string[] | null = null;
  let rest = '';
  const addressIn = (line: string) => /<(.*?)>/.exec(line)?.[1] ?? '';
  const commands: Readonly<Record<string, (line: string) => void>> = {
    EHLO: () => say('250 mail.test'),
    HELO: () => say('250 mail.test'),
    MAIL: (line) => {
      envelope.from = addressIn(line);
      say('250 ok');
    },
    RCPT: (line) => {
      envelope.to = addressIn(line);
      say(server.answer);
    },
    DATA: () => {
      body = [];
      say('354 go on');
    },
    QUIT: () => socket.end('221 bye\r\n'),
  };
  const take = (line: string): void => {
    if (body === null) (commands[line.slice(0, 4).toUpperCase()] ?? (() => say('250 ok')))(line);
    else if (line === '.') {
      keep({ ...envelope, text: readable(body.join('\n')) });
      body = null;
      say('250 kept');
    } else body.push(line.replace(/^\./, ''));
  };
  say('220 mail.test');
  socket.on('data', (part: Buffer) => {
    const lines = (rest + part.toString()).split('\r\n');
    rest = lines.pop() ?? '';
    lines.forEach(take);
  });
}
