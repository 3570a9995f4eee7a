/* Reads a file of the image, tries to change it, and writes one beside it. */
#include <stdio.h>
#include <sys/sysinfo.h>

int main(void) {
    char text[64];
    FILE *file = fopen("/etc/motd", "r");
    if (file && fgets(text, sizeof text, file)) printf("/etc/motd: %s", text);
    if (!fopen("/etc/motd", "w")) perror("/etc/motd cannot be changed");
    fflush(stderr);
    file = fopen("/etc/new", "w+");
    fputs("written\n", file);
    rewind(file);
    if (fgets(text, sizeof text, file)) printf("/etc/new: %s", text);
    struct sysinfo information;
    sysinfo(&information);
    printf("%lu KB\n", information.totalram / 1024);
    return 0;
}
