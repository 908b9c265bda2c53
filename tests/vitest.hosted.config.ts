import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

process.env['TEST_STACK'] = 'hosted';
const stack = base.test?.projects?.find((p) => (p as { test?: { name?: string } }).test?.name === 'stack');

/**
 * Rules, permissions and journeys on a stack as like hosted as the embedded parts can be made: hosted's own auth.uid(), no function of ours
 * before each request, nothing of the schema `local` within reach. The owner, the limits and the variables are hosted's in every test.
 */
export default mergeConfig(stack as object, defineConfig({}));
