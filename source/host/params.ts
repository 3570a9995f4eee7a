/** Limits and defaults of the host, each with its unit and reason. The kernel's are in kernel/params.ts. */

/**
 * Milliseconds. Longer waits are left to the event loop's timers, whose resolution is a millisecond, except for their
 * last part; shorter ones sleep in the thread itself. Together they wake less than a millisecond late.
 */
export const COARSE_WAIT = 2;

/** Milliseconds the thread sleeps at a stretch, deaf to messages and completed I/O: well under a swap-in. */
export const FINE_WAIT = 0.25;

/** Milliseconds after which the driver steps a kernel that idles: how far the panel's clock may lag behind. */
export const LONGEST_WAIT = 50;

/** Nanoseconds of virtual time run at a stretch, between looks at signals and at the output's reader. */
export const VIRTUAL_STRETCH = 50_000_000;

/** Milliseconds until keys are offered again to a VM whose keyboard queue was full. */
export const KEYBOARD_RETRY = 5;

/** Niceness of the kernel's thread: guests that compute leave the screen's thread a core when it has a key to answer. */
export const KERNEL_NICENESS = 5;
