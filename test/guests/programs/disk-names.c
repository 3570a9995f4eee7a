/* Names in a folder, by POSIX: listing while they change, renaming, folders that were removed, times; prints what came. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONG_AGO 1000

static void tell(const char *what, long result) { printf("%s: %ld %d\n", what, result, result < 0 ? errno : 0); }

static void make(const char *name, const char *text) {
    int file = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0644);
    if (file < 0 || write(file, text, strlen(text)) < 0 || close(file) < 0) tell(name, -1);
}

static void make_many(const char *prefix, int count) {
    char name[64];
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%s%03d", prefix, i);
        close(open(name, O_CREAT | O_RDONLY, 0644));
    }
}

static void remove_while_listing(void) {
    make_many("many/remove-", 200);
    DIR *folder = opendir("many");
    int removed = 0;
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] == 'r') removed += unlinkat(dirfd(folder), entry->d_name, 0) == 0;
    closedir(folder);
    printf("removed %d\n", removed);
}

static void make_while_listing(void) {
    char name[64];
    make_many("many/keep-", 150);
    DIR *folder = opendir("many");
    int seen = 0, i = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] != 'k') continue;
        seen++;
        snprintf(name, sizeof name, "many/extra-%03d", i++);
        close(open(name, O_CREAT | O_RDONLY, 0644));
    }
    printf("seen %d\n", seen);
    rewinddir(folder);
    for (int j = 0; j < 100; j++) readdir(folder);
    long position = telldir(folder);
    char next[256];
    strcpy(next, readdir(folder)->d_name);
    for (int j = 0; j < 80; j++) readdir(folder);
    seekdir(folder, position);
    printf("back at the same name %d\n", strcmp(next, readdir(folder)->d_name) == 0);
    rewinddir(folder);
    for (struct dirent *entry; (entry = readdir(folder));) unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    tell("rmdir many", rmdir("many"));
}

static void renaming(void) {
    char text[8] = {0};
    make("source", "new"), make("target", "old");
    mkdir("empty", 0755), mkdir("full", 0755), make("full/file", "");
    tell("rename to .", rename("full", "empty/."));
    tell("rename to ..", rename("full", "empty/.."));
    tell("rename .", rename("empty/.", "other"));
    tell("rename ..", rename("full/..", "other"));
    tell("rmdir .", rmdir("empty/."));
    tell("rmdir ..", rmdir("empty/.."));
    tell("unlink .", unlink("empty/."));
    tell("rename below itself", rename("full", "full/inner"));
    tell("rename to a full folder", rename("empty", "full"));
    tell("rename a folder to a file", rename("empty", "source"));
    tell("rename a file to a folder", rename("source", "empty"));
    tell("rename a folder to an empty one", rename("full", "empty"));
    tell("its file", access("empty/file", F_OK));
    int held = open("target", O_RDONLY);
    tell("rename to a file", rename("source", "target"));
    tell("the old name", access("source", F_OK));
    tell("read the one replaced", read(held, text, sizeof text)), puts(text);
    close(held);
    held = open("target", O_RDONLY);
    tell("read the one there", read(held, text, sizeof text)), puts(text);
    close(held);
    unlink("empty/file"), rmdir("empty"), unlink("target");
}

static void removed_folders(const char *above) {
    struct stat here, there;
    char path[512];
    mkdir("upper", 0755), mkdir("upper/lower", 0755);
    int lower = open("upper/lower", O_RDONLY | O_DIRECTORY);
    tell("rmdir lower", rmdir("upper/lower"));
    tell("open in it", openat(lower, "file", O_CREAT | O_WRONLY, 0644));
    tell("mkdir in it", mkdirat(lower, "folder", 0755));
    make("file", "");
    tell("rename into it", renameat(AT_FDCWD, "file", lower, "file"));
    unlink("file");
    tell("rmdir upper", rmdir("upper"));
    int upper = openat(lower, "..", O_RDONLY | O_DIRECTORY);
    tell("open ..", upper >= 0 ? 0 : -1);
    int top = openat(upper, "..", O_RDONLY | O_DIRECTORY);
    fstat(top, &there), stat(".", &here);
    printf("which leads here %d\n", here.st_ino == there.st_ino);
    close(lower), close(upper), close(top);
    mkdir("current", 0755), chdir("current");
    tell("rmdir current", rmdir("../current"));
    tell("getcwd", getcwd(path, sizeof path) ? 0 : -1);
    tell("open in it", open("file", O_CREAT | O_WRONLY, 0644));
    tell("leave it", chdir(".."));
    printf("back %d\n", getcwd(path, sizeof path) && strcmp(path, above) == 0);
}

static void age(const char *name) {
    struct timespec times[2] = {{LONG_AGO, 0}, {LONG_AGO, 0}};
    utimensat(AT_FDCWD, name, times, 0);
}

static void tell_age(const char *what, const char *name) {
    struct stat status;
    stat(name, &status);
    printf("%s: %s\n", what, status.st_mtime == LONG_AGO ? "old" : "new");
}

static void times(void) {
    struct timespec omitted[2] = {{0, UTIME_OMIT}, {0, UTIME_OMIT}};
    mkdir("folder", 0755);
    age("folder"), make("folder/file", "text"), tell_age("make", "folder");
    age("folder/file"), chmod("folder/file", 0600), tell_age("chmod", "folder/file");
    utimensat(AT_FDCWD, "folder/file", omitted, 0), tell_age("omit", "folder/file");
    age("folder"), rename("folder/file", "folder/other"), tell_age("rename", "folder");
    tell_age("the file renamed", "folder/other");
    close(open("folder/other", O_WRONLY | O_TRUNC)), tell_age("cut off", "folder/other");
    age("folder/other"), close(open("folder/other", O_WRONLY | O_TRUNC)), tell_age("again", "folder/other");
    age("folder"), unlink("folder/other"), tell_age("unlink", "folder");
    age("folder"), mkdir("folder/inner", 0755), tell_age("mkdir", "folder");
    rmdir("folder/inner"), rmdir("folder");
}

static void no_descriptors(void) {
    struct rlimit limit = {1024, 1024};
    struct stat status;
    make("kept", "text");
    setrlimit(RLIMIT_NOFILE, &limit);
    int first = dup(1), last = first;
    for (int next; (next = dup(1)) >= 0;) last = next;
    tell("open to cut off", open("kept", O_WRONLY | O_TRUNC));
    tell("open to make", open("made", O_CREAT | O_WRONLY, 0644));
    for (int descriptor = first; descriptor <= last; descriptor++) close(descriptor);
    stat("kept", &status);
    tell("its size", status.st_size);
    tell("the other", access("made", F_OK));
    unlink("kept");
}

static void sizes(void) {
    make("sized", "text");
    int reading = open("sized", O_RDONLY), writing = open("sized", O_WRONLY | O_APPEND);
    printf("allocate to read: %d\n", posix_fallocate(reading, 0, 100));
    printf("allocate nothing: %d\n", posix_fallocate(writing, 0, 0));
    printf("allocate in front: %d\n", posix_fallocate(writing, -1, 100));
    printf("allocate: %d\n", posix_fallocate(writing, 0, 10));
    tell("append", write(writing, "more", 4));
    tell("position", lseek(writing, 0, SEEK_CUR));
    tell("read behind the end", pread(reading, &(char){0}, 1, 14));
    close(reading), close(writing), unlink("sized");
}

/* Disks keep no links. */
static void links(void) {
    struct stat status;
    char target[8];
    tell("symlink", symlink("target", "link"));
    lstat("link", &status);
    tell("its size", status.st_size);
    tell("readlink", readlink("link", target, sizeof target));
    tell("unlink", unlink("link"));
}

int main(int argc, char **argv) {
    char above[512];
    snprintf(above, sizeof above, "%s/names", argv[1]);
    mkdir(above, 0755);
    if (chdir(above) < 0) tell("chdir", -1);
    mkdir("many", 0755);
    remove_while_listing();
    make_while_listing();
    renaming();
    removed_folders(above);
    times();
    no_descriptors();
    sizes();
    if (argc > 2) links();
    chdir(argv[1]);
    tell("rmdir", rmdir("names"));
    return 0;
}
