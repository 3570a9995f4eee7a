/* For a disk that fills up, fails, is damaged or may only be read: does what its first argument names, on /disk0. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 4096

static void tell(const char *what, long result) {
    printf("%s: %s\n", what, result < 0 ? strerror(errno) : "done");
    fflush(stdout);
}

static void fill(char *block, char with) { memset(block, with, BLOCK); }

/* Three blocks of a letter, in a file that stays open. */
static int write_blocks(char letter) {
    static char block[BLOCK];
    int file = open("/disk0/data", O_CREAT | O_RDWR, 0644);
    fill(block, letter);
    for (int i = 0; i < 3; i++)
        if (pwrite(file, block, BLOCK, i * BLOCK) != BLOCK) tell("pwrite", -1);
    return file;
}

static void show(void) {
    static char block[BLOCK];
    int file = open("/disk0/data", O_RDONLY);
    long size = lseek(file, 0, SEEK_END);
    printf("data has %ld bytes:", size);
    for (long at = 0; at < size; at += BLOCK) {
        long count = pread(file, block, BLOCK, at), same = 0;
        while (same < count && block[same] == block[0]) same++;
        if (count < 0) printf(" %s", strerror(errno));
        else printf(" %c%s", block[0], same == count ? "" : "...");
    }
    puts("");
}

static void list(void) {
    DIR *folder = opendir("/disk0");
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) count++;
    printf("%d names\n", count - 2);
}

static void huge(void) {
    int file = write_blocks('a');
    tell("truncate", ftruncate(file, 1ll << 44));
    tell("truncate", ftruncate(file, INT64_MAX));
    tell("write", pwrite(file, "x", 1, 1ll << 44));
    tell("write", pwrite(file, "x", 1, INT64_MAX));
    printf("allocate: %s\n", strerror(posix_fallocate(file, 0, 1ll << 44)));
    printf("allocate: %s\n", strerror(posix_fallocate(file, INT64_MAX - 1, 10)));
    tell("close", close(file));
}

/* Each new line typed is a step further. */
static void failing(void) {
    int file = write_blocks('a');
    tell("sync", fsync(file));
    getchar();
    write_blocks('b');
    tell("sync", fsync(file));
    tell("sync", fsync(file));
    getchar();
    tell("sync", fsync(file));
    tell("write", pwrite(file, "c", 1, 0));
    tell("remove", unlink("/disk0/data"));
    tell("close", close(file));
}

/* Names until the disk has no room for a commit. */
static void full(void) {
    char name[256];
    long error = 0;
    int made = 0;
    for (; made < 1000 && !error; made++) {
        snprintf(name, sizeof name, "/disk0/%0200d", made);
        int file = open(name, O_CREAT | O_WRONLY, 0644);
        error = file < 0 ? -1 : close(file);
    }
    tell("close", error);
    printf("%d names were saved\n", made - 1);
}

static void large(void) {
    static char block[100 * BLOCK];
    int file = open("/disk0/large", O_CREAT | O_WRONLY, 0644);
    long count = write(file, block, sizeof block);
    printf("written in part: %d\n", count > 0 && count < (long)sizeof block);
    tell("write", write(file, block, sizeof block));
    tell("close", close(file));
}

static void take_memory(void) {
    while (mmap(NULL, BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) continue;
}

static void poor(void) {
    static char block[BLOCK];
    int file = write_blocks('a');
    tell("sync", fsync(file));
    take_memory();
    fill(block, 'b');
    long count = pwrite(file, block, BLOCK, BLOCK);
    tell("write", count);
    tell("close", close(file));
}

/* Renaming where there is no memory for another name: whatever has one of this length takes what is left. */
static void poor_names(void) {
    char name[128];
    snprintf(name, sizeof name, "/disk0/%0100d", 0);
    close(open(name, O_CREAT | O_WRONLY, 0644));
    close(open("/disk0/short", O_CREAT | O_WRONLY, 0644));
    for (int i = 1; i <= 3; i++) {
        char small[] = "/tmp/0";
        small[5] += i;
        close(open(small, O_CREAT | O_WRONLY, 0644));
    }
    take_memory();
    for (int i = 1; i < 1000; i++) {
        char other[128];
        snprintf(other, sizeof other, "/tmp/%0100d", i);
        if (mkdir(other, 0755) < 0) break;
    }
    for (int i = 1; i <= 3; i++) {
        char small[] = "/tmp/0", other[128];
        small[5] += i;
        snprintf(other, sizeof other, "/tmp/x%099d", i);
        rename(small, other);
    }
    tell("rename", rename("/disk0/short", name));
    tell("the target", access(name, F_OK));
}

static void change_all(void) {
    struct timespec now[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    tell("open", open("/disk0/data", O_WRONLY));
    tell("make", open("/disk0/new", O_CREAT | O_WRONLY, 0644));
    tell("mkdir", mkdir("/disk0/new", 0755));
    tell("unlink", unlink("/disk0/data"));
    tell("rmdir", rmdir("/disk0/folder"));
    tell("rename", rename("/disk0/data", "/disk0/other"));
    tell("truncate", truncate("/disk0/data", 100));
    tell("chmod", chmod("/disk0/data", 0600));
    tell("utimens", utimensat(AT_FDCWD, "/disk0/data", now, 0));
    tell("may write", access("/disk0/data", W_OK));
    tell("unmount", rmdir("/disk0"));
}

#define LONG_NAME \
    "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"

/* Folders in folders, as deep as the disk keeps their paths, and one moved there. */
static void deep(void) {
    int depth = 0;
    mkdir("/disk0/folder", 0755), mkdir("/disk0/folder/below", 0755);
    chdir("/disk0");
    for (; mkdir(LONG_NAME, 0755) == 0 && chdir(LONG_NAME) == 0; depth++) continue;
    tell("mkdir", mkdir(LONG_NAME, 0755));
    tell("short", mkdir("e", 0755));
    tell("rename", rename("/disk0/folder", "fffffffffffff"));
    tell("rename", rename("/disk0/folder", "f"));
    tell("sync", fsync(open(".", O_RDONLY)));
    printf("%d deep\n", depth);
}

static void dive(void) {
    int depth = 0;
    chdir("/disk0");
    while (chdir(LONG_NAME) == 0) depth++;
    tell("short", access("e", F_OK));
    tell("renamed", access("f/below", F_OK));
    printf("%d deep\n", depth);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*function)(void);
    } tasks[] = {{"show", show}, {"list", list}, {"huge", huge}, {"failing", failing}, {"full", full}, {"large", large},
                 {"poor", poor}, {"poor-names", poor_names}, {"change-all", change_all}, {"deep", deep}, {"dive", dive}};
    for (unsigned i = 0; argc > 1 && i < sizeof tasks / sizeof tasks[0]; i++)
        if (strcmp(argv[1], tasks[i].name) == 0) tasks[i].function();
    if (argc > 1 && strcmp(argv[1], "prepare") == 0) {
        mkdir("/disk0/folder", 0755);
        tell("prepare", close(write_blocks('a')));
    }
    return 0;
}
