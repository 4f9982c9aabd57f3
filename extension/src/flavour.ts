/** True in the build that tests run: shadow roots are open there, so that a test may look inside. */

declare const __TEST__: boolean;

export const IS_TEST: boolean = __TEST__;

/** The one service a fleet edition speaks to; empty in every other build. */
declare const __ORIGIN__: string;

export const FIXED_ORIGIN: string = __ORIGIN__;
