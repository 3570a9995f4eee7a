/** Defaults of fleet files and of `--disk`. */

/** Blocks of 4 KB: a megabyte, plenty for a guest that keeps notes and little on the host. */
export const DEFAULT_DISK_BLOCKS = 256;
