/** Every limit and default of the monitor, with its unit and the reason for its value. */

/** Milliseconds between refreshes that the operator can choose from, shortest first. */
export const REFRESH_INTERVALS = [100, 250, 500, 1_000, 2_000, 5_000] as const;

/** Milliseconds: four times a second is as often as figures can be read, and costs a few percent of a core. */
export const DEFAULT_REFRESH = 250;

/**
 * Frames a second that a key can cause. Where a key comes just behind a frame, Ink waits for so long twice, to draw and to write:
 * 16 ms in all, of the 50 ms that a key may take. Keys that are held repeat 30 times a second.
 */
export const MAXIMUM_FRAMES_PER_SECOND = 125;

/** Lines of the frame that is drawn unseen: all that a frame is made of comes in few, and the whole screen would cost more than it spares. */
export const WARM_UP_ROWS = 8;

/** Styles that are remembered: all that a theme can make of tones, backgrounds and weights are a tenth of it. */
export const PENS_KEPT = 1_000;

/**
 * Resolutions of the histories, the finest first: means over so many seconds, and how many of them are kept. Two minutes at
 * the default refresh, a quarter of an hour at two seconds, and the last hour.
 */
export const HISTORY_LEVELS = [
  { every: 0.2, keep: 600 },
  { every: 2, keep: 450 },
  { every: 10, keep: 361 },
] as const;

/** Changes of settings that are kept as marks: more than an hour of trying things out. */
export const MARKS_KEPT = 200;

/** Seconds that graphs show, shortest first, and which of them at first. */
export const TIME_BASES = [15, 30, 60, 120, 300, 900, 1_800, 3_600] as const;
export const DEFAULT_TIME_BASE = 60;

/** Milliseconds that the scheduler's time line shows, shortest first, and which of them at first. */
export const TRACE_BASES = [10, 20, 50, 100, 200, 500, 1_000, 2_000] as const;
export const DEFAULT_TRACE_BASE = 200;

/** Seconds that one press goes back or forward in time, and one press of the larger step. */
export const TIME_STEP = 1;
export const TIME_LEAP = 30;

/** Milliseconds a message stays: long enough to read one line. */
export const MESSAGE_TIME = 5_000;

/** Milliseconds for which the answer to a key is not displaced by a message that nobody asked for. */
export const ANSWER_TIME = 1_500;

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

/** Bytes of a VM's memory in a line of its dump: as many as fit 80 columns with their letters. */
export const BYTES_A_LINE = 16;

/** Parts of the swap file's map that the kernel is asked for: the cells of the largest map there is room for. */
export const MAP_CELLS = 1_024;

/** Steps of the memory budget within each power of two. */
export const BUDGET_STEPS = [1, 1.5] as const;

/** Bytes of the smallest memory budget that the tuning panel offers: the supervisor VM and one small one. */
export const SMALLEST_BUDGET = 4 * 1024 * 1024;

/** Lines that a notch of the mouse's wheel moves: as many as most terminals take. */
export const WHEEL_LINES = 3;

/** Bytes of the memory budget in the tour's scene on swapping: the supervisor, the built-in fleet, and few of the others. */
export const TOUR_BUDGET = 8 * 1024 * 1024;

/** Lines of the tour's text that its strip has room for at least: enough at 80 columns. */
export const TOUR_LINES = 4;
