import type { ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';
import type { LoggedRequest } from './request-log.ts';
import type { RestAnswer } from './rest-api.ts';

/** Sends an answer, broken off or corrupted if the fault says so, and completes the log entry. */
export function sendAnswer(
  response: ServerResponse,
  answer: RestAnswer,
  { entry, fault }: { entry: LoggedRequest; fault: Fault | null },
): void {
  entry.status = answer.status;
  const type = answer.json === undefined ? 'application/octet-stream' : 'application/json; charset=utf-8';
  response.writeHead(answer.status, { 'content-type': type, ...answer.headers });
  if (answer.stream !== undefined) {
    answer.stream.on('data', (chunk: Buffer) => {
      entry.bytes += chunk.length;
      if (fault?.kind === 'cut-body') response.destroy();
      else response.write(fault?.kind === 'corrupt' ? Buffer.from(chunk).fill(7, 20) : chunk);
    });
    answer.stream.on('end', () => response.end());
    return;
  }
  const body = answer.bytes ?? Buffer.from(answer.json === undefined ? '' : JSON.stringify(answer.json));
  entry.bytes = body.length;
  if (fault?.kind === 'cut-body')
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
  else response.end(body);
}
