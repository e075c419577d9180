import { sendText, type Handler } from '../respond.ts';

/** `/healthz`: the process runs. */
export const healthz: Handler = (_request, response) => sendText(response, 200, 'ok');
