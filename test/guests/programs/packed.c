/* What became of a packed folder: its arguments, and what its links lead to. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    char text[256];
    for (int i = 1; i < argc; i++) printf("argument %s\n", argv[i]);
    FILE *file = fopen("/hard", "r");
    if (file && fgets(text, sizeof text, file)) fputs(text, stdout);
    long length = readlink("/soft", text, sizeof text);
    printf("%ld bytes, ending in %.3s\n", length, text + length - 3);
    return 0;
}
