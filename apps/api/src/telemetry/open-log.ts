import { trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger } from 'pino';

const secrets = ['token', 'authorization', 'cookie', 'password', 'headers'];

/** Opens the log: one JSON object a line, on the error output. Levels are words, and secrets are left out. */
export function openLog(level: string, destination: DestinationStream = pino.destination(2)): Logger {
  return pino(
    {
      level,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      // The trace that a line belongs to, so that the log and the collector can be read together.
      mixin: () => {
        const traceId = trace.getActiveSpan()?.spanContext().traceId;
        return traceId === undefined ? {} : { trace: traceId };
      },
      serializers: { error: pino.stdSerializers.err },
      redact: {
        paths: [...secrets.map((name) => `*.${name}`), 'token', 'authorization', 'cookie'],
        censor: '[redacted]',
      },
    },
    destination,
  );
}
