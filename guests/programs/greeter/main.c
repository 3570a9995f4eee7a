/*
 * greeter: says what an ordinary C program finds on Ilwaco: arguments, threads, a clock, memory and files
 *
 *     greeter [WORD...]
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>

static void *greet(void *word) {
    printf("hello, %s\n", (const char *)word);
    return NULL;
}

/* Writes a number into a file and reads it back. False where there is no memory for files. */
static bool keep(double number, double *kept) {
    FILE *note = fopen("/tmp/note", "w");
    if (!note) return false;
    bool good = fprintf(note, "%.3f", number) > 0;
    if (fclose(note) != 0 || !good) return false;
    note = fopen("/tmp/note", "r");
    if (!note) return false;
    good = fscanf(note, "%lf", kept) == 1;
    fclose(note);
    return good;
}

int main(int argc, char **argv) {
    struct utsname name;
    struct sysinfo information;
    uname(&name);
    sysinfo(&information);
    printf("%s on %s %s, %lu KB of memory\n", argv[0], name.sysname, name.release, information.totalram / 1024);
    for (int i = 1; i < argc; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, greet, argv[i]) != 0) return 1;
        pthread_join(thread, NULL);
    }
    double number;
    if (!keep(22 / 7.0, &number)) {
        printf("there is no memory to keep a file in\n");
        return 1;
    }
    time_t now = time(NULL);
    char year[8];
    strftime(year, sizeof year, "%Y", gmtime(&now));
    printf("kept %.2f in a file in the year %s\n", number, year);
    return 0;
}
