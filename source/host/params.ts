/** Limits and defaults of the host, each with its unit and reason. The kernel's are in kernel/params.ts. */

/**
 * Milliseconds. Longer waits are left to the event loop's timers, whose resolution is a millisecond, except for their
 * last part; shorter ones sleep in the thread itself. Together they wake less than a millisecond late.
 */
export const COARSE_WAIT = 2;

/** Milliseconds the thread sleeps at a stretch, deaf to messages and completed I/O. */
export const FINE_WAIT = 0.25;

/** The same while transfers of the kernel's files are under way: no longer than a solid-state disk takes for one. */
export const FINE_WAIT_FOR_TRANSFERS = 0.05;

/** Milliseconds after which the driver steps a kernel that idles: how far the panel's clock may lag behind. */
export const LONGEST_WAIT = 50;

/** Nanoseconds of virtual time run at a stretch, between looks at signals and at the output's reader. */
export const VIRTUAL_STRETCH = 50_000_000;

/** Milliseconds until keys are offered again to a VM whose keyboard queue was full. */
export const KEYBOARD_RETRY = 5;

/** Niceness of the kernel's thread: guests that compute leave the screen's thread a core when it has a key to answer. */
export const KERNEL_NICENESS = 5;

/**
 * Niceness of the translator's thread: behind the screen's. It is the kernel's own, since a guest that is interpreted for want of
 * a translation takes tens of times longer: on a busy host a thread behind all others would keep it waiting for minutes.
 */
export const TRANSLATOR_NICENESS = KERNEL_NICENESS;

/** How much nicer than the program V8's own threads are: behind the kernel's, which guests wait for; a hot function is optimised a little later. */
export const HELPER_NICENESS = 10;

/**
 * Mebibytes of the kernel's thread for objects that are new: V8 has a third of it in use at once. By itself it takes four times as
 * much, though only some time after a start, and never gives it back: the monitor stays open for days.
 */
export const KERNEL_YOUNG_GENERATION = 12;

/** Milliseconds from one time that the screen's thread collects all its garbage to the next, at least: that takes it some 50 ms. */
export const GARBAGE_INTERVAL = 60_000;

/** How many times longer than collecting took it is left alone: with 10,000 VMs it takes 200 ms, every few minutes. */
export const GARBAGE_PATIENCE = 1_000;

/**
 * Milliseconds that an image's translation may take: the largest program known to work takes a sixth of that on a host with nothing
 * else to do. There are programs that would take it for hours, and all others wait.
 */
export const TRANSLATION_PATIENCE = 60_000;

/** Milliseconds the translator's thread is kept without work: long enough for a fleet to start, and for what was missed. */
export const TRANSLATOR_IDLE = 10_000;

/** Seconds of the past that are kept: the last hour, at falling resolution. */
export const HISTORY_SECONDS = 3_600;

/** Seconds between two moments that are kept of the last minutes; of older ones fewer and fewer are. */
export const TIMELINE_STEP = 1;

/** Seconds between two moments that are kept, at most: 10,000 VMs take 4 MB and 10 ms each time. */
export const TIMELINE_LONGEST_STEP = 5;

/** Seconds that are kept at the full resolution, where memory allows. */
export const TIMELINE_FULL = 120;

/** Bytes of past moments: an hour of some hundred VMs at full resolution, of 10,000 VMs at a lower one. */
export const TIMELINE_BYTES = 64 * 1024 * 1024;

/** Bytes to a client outside that wait in this process, a connection; more wait in the guest. A TCP window of a guest's. */
export const SOCKET_BUFFER = 64 * 1024;

/** Milliseconds between two frames of a recording: what a screen refreshed at its usual rate shows. */
export const RECORDING_INTERVAL = 250;

/** Frames from one whole frame to the next: going back decodes a quarter of a minute at most. */
export const RECORDING_WHOLE_EVERY = 60;

/** Frames of the panel from one look at what it does not hold to the next: a second. */
export const RECORDING_ANSWERS_EVERY = 4;

/**
 * VMs looked into at once, 4 KB each: every one each second in a fleet for a demonstration, and with 10,000 of them a few
 * milliseconds of the kernel's thread in a second.
 */
export const RECORDING_INSPECTIONS = 32;

/** Consoles read at once; those that wrote in a second and were not read are read in the next. */
export const RECORDING_CONSOLES = 64;

/** Parts of the swap file's map in a recording: as many as the screen asks for. */
export const RECORDING_MAP_CELLS = 1_024;

/** zlib's fastest level: half of the size that its best gives, for a tenth of the time. */
export const RECORDING_LEVEL = 1;

/** Bytes of a frame when it is unpacked: some 131,072 VMs of which every figure changed. */
export const RECORDING_FRAME_LIMIT = 256 * 1024 * 1024;

/** Bytes kept of the recorded console that was read last: many times what is shown, since a step back needs nearly all of it again. */
export const RECORDED_CONSOLE_KEPT = 4 * 1024 * 1024;

/** Milliseconds between two steps of a replay's clock. */
export const REPLAY_STEP = 50;

/** Milliseconds of work that nobody waits for at a stretch, in the screen's thread: a key that is pressed meanwhile is answered at once. */
export const TURN = 8;

/** Bytes of frames gathered before they are written: a write costs as much as hundreds of frames. */
export const CAPTURE_CHUNK = 64 * 1024;

/** Bytes of frames that wait for the disk. More are dropped and counted: a slow disk neither stops guests nor fills memory. */
export const CAPTURE_BACKLOG = 16 * 1024 * 1024;

/** Bytes of a capture file, at which it ends: what other tools still open, and a minute of a busy switch. */
export const CAPTURE_LIMIT = 1024 * 1024 * 1024;

/** Milliseconds after which frames that were gathered are written, however few they are. */
export const CAPTURE_DELAY = 500;

/**
 * Milliseconds without a byte taken after which a connection that guests are done with is reset: its client does not read, and
 * its channel is another's by now.
 */
export const CLOSING_PATIENCE = 60_000;

/** Milliseconds after which the sender of datagrams to a published port is forgotten: what home routers keep. */
export const DATAGRAM_SILENCE = 60_000;

/** Senders of datagrams to one published port at once. Anybody on this machine can invent senders. */
export const DATAGRAM_SENDERS = 256;

/** Destinations that guests may be allowed: the supervisor listens for so many, as its program has it. */
export const MAXIMUM_DESTINATIONS = 32;

/** Datagrams that wait while a destination's name is looked up: a resolver's or a clock's first tries. */
export const DATAGRAMS_BEFORE_CONNECT = 16;

/** Clients of published ports, and VMs that go out, that are told apart: more than a screen has lines, and little to ask for four times a second. */
export const OUTSIDE_FLOWS = 64;
