/** Why the host refused something, in words instead of error codes. */

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: "it exists already",
  EADDRINUSE: "somebody else uses it",
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would exceed the file-size limit",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is not a folder",
  EMFILE: "too many files are open",
  EIO: "the device failed",
};

/** A phrase without a full stop. */
export function hostReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code !== undefined && REASONS[code]) || message || String(error);
}
