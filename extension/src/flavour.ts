/** True in the build that tests run: shadow roots are open there, so that a test may look inside. */

declare const __TEST__: boolean;

export const IS_TEST: boolean = __TEST__;
