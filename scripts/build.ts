import { buildApp } from './build-app.ts';
import { runtimeIsRight } from './run-step.ts';

runtimeIsRight();
await buildApp();
