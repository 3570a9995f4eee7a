/* CALL: system_NAME() is the call. ALIAS: another function is. OPTIONAL: it exists where the program uses sockets. */

/* process.c */
CALL(exit) CALL(exit_group) CALL(getpid) CALL(gettid) CALL(set_tid_address) CALL(uname) CALL(prlimit64) CALL(sysinfo)
CALL(getrusage) CALL(times) CALL(sched_getaffinity) CALL(getrandom)
/* system_zero() is process.c's, for what always succeeds. */
ALIAS(getppid, zero) ALIAS(getpgrp, getpid) ALIAS(getpgid, getpid) ALIAS(setsid, getpid) ALIAS(getsid, getpid)
ALIAS(getuid32, zero) ALIAS(geteuid32, zero) ALIAS(getgid32, zero) ALIAS(getegid32, zero) ALIAS(setuid32, zero)
ALIAS(setgid32, zero) ALIAS(setresuid32, zero) ALIAS(setresgid32, zero) ALIAS(setreuid32, zero) ALIAS(setregid32, zero)
ALIAS(setgroups32, zero) ALIAS(getgroups32, zero) ALIAS(setpgid, zero) ALIAS(set_robust_list, zero) ALIAS(prctl, zero)
ALIAS(membarrier, zero) ALIAS(setpriority, zero)

/* thread.c, futex.c, time.c, alarm.c, signals.c. musl takes those with 32-bit seconds wherever these suffice. */
CALL(futex) CALL(futex_time64) CALL(sched_yield)
CALL(clock_gettime64) CALL(clock_getres_time64) CALL(clock_getres_time32) CALL(clock_nanosleep_time64)
CALL(clock_nanosleep_time32) CALL(nanosleep)
CALL(rt_sigaction) CALL(rt_sigprocmask) CALL(rt_sigpending) CALL(rt_sigsuspend) CALL(rt_sigtimedwait)
CALL(rt_sigtimedwait_time64) CALL(pause) CALL(kill) CALL(tkill) CALL(tgkill)
CALL(sigaltstack) CALL(setitimer) CALL(getitimer)

/* memory.c */
CALL(brk) CALL(mmap2) CALL(munmap) CALL(mremap) CALL(mprotect) CALL(madvise)
ALIAS(mlock, zero) ALIAS(munlock, zero) ALIAS(mlockall, zero) ALIAS(msync, zero)

/* file.c, transfer.c */
CALL(close) CALL(dup) CALL(dup2) CALL(dup3) CALL(fcntl64) CALL(flock) CALL(ioctl)
CALL(read) CALL(write) CALL(readv) CALL(writev) CALL(pread64) CALL(pwrite64) CALL(preadv) CALL(pwritev) CALL(_llseek)
CALL(sendfile64)

/* paths.c, status.c, volume-mount.c */
CALL(open) CALL(openat) CALL(mkdir) CALL(mkdirat) CALL(symlink) CALL(symlinkat) CALL(readlink) CALL(readlinkat)
CALL(unlink) CALL(unlinkat) CALL(rmdir) CALL(rename) CALL(renameat) CALL(renameat2) CALL(umask) CALL(chdir) CALL(fchdir)
CALL(getcwd) CALL(getdents64)
CALL(statx) CALL(access) CALL(faccessat) CALL(chmod) CALL(fchmod) CALL(fchmodat) CALL(fchown32) CALL(chown32)
CALL(fchownat) CALL(utimensat_time64) CALL(utimensat) CALL(ftruncate64) CALL(truncate64) CALL(fallocate) CALL(fsync) CALL(sync)
CALL(statfs64) CALL(fstatfs64)
ALIAS(fdatasync, fsync) ALIAS(syncfs, fsync) ALIAS(lchown32, chown32) ALIAS(fadvise64, zero)

/* pipe.c, poll.c, epoll.c */
CALL(pipe) CALL(pipe2) CALL(eventfd) CALL(eventfd2)
CALL(poll) CALL(ppoll_time64) CALL(ppoll) CALL(_newselect) CALL(pselect6_time64) CALL(pselect6) CALL(epoll_create1) CALL(epoll_ctl) CALL(epoll_pwait)
ALIAS(epoll_create, epoll_create1)

/* network/calls.c */
OPTIONAL(socket) OPTIONAL(bind) OPTIONAL(connect) OPTIONAL(listen) OPTIONAL(accept4) OPTIONAL(getsockopt)
OPTIONAL(setsockopt) OPTIONAL(getsockname) OPTIONAL(getpeername) OPTIONAL(sendto) OPTIONAL(sendmsg) OPTIONAL(recvfrom)
OPTIONAL(recvmsg) OPTIONAL(shutdown)
