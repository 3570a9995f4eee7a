/** Every limit and default of the monitor, with its unit and the reason for its value. */

/** Milliseconds between refreshes that the operator can choose from, shortest first. */
export const REFRESH_INTERVALS = [100, 250, 500, 1_000, 2_000, 5_000] as const;

/** Milliseconds: four times a second is as often as figures can be read, and costs a few percent of a core. */
export const DEFAULT_REFRESH = 250;

/** Frames a second that a key can cause: keeps the wait for the next frame far below the 50 ms a key may take. */
export const MAXIMUM_FRAMES_PER_SECOND = 60;

/** Samples kept for the histories: two minutes at the default refresh, and two for each column of a wide graph. */
export const HISTORY_SAMPLES = 480;

/** Milliseconds a message stays: long enough to read one line. */
export const MESSAGE_TIME = 5_000;

/** Milliseconds between two looks for notices. */
export const NOTICE_INTERVAL = 1_000;

/** Milliseconds between two reads of an open console: an answer to a key appears while it is still felt as one. */
export const CONSOLE_INTERVAL = 40;

/** Lines of a console that the console view keeps. */
export const CONSOLE_LINES = 2_000;

/** Characters of an unfinished console line that are kept: a guest that never ends its line must not grow the monitor. */
export const CONSOLE_LINE_LENGTH = 1_000;

/** Lines that a page key moves in help, consoles and lists. */
export const SCROLL_PAGE = 10;

/** VMs one spawn may ask for: a slip of the finger should not fill the machine. */
export const MAXIMUM_SPAWN = 10_000;

/** Cells: below this the screen says that it is too small instead of drawing nonsense. */
export const MINIMUM_COLUMNS = 60;
export const MINIMUM_ROWS = 16;

/** Steps of the quantum keys within each power of ten. */
export const QUANTUM_STEPS = [1, 2, 5] as const;

/** Milliseconds after which a suspended monitor looks at the clock again: it passes while the process is stopped. */
export const SUSPEND_GRACE = 50;
