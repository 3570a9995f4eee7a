/* Static pages: the files below /www, each read when it is first asked for and kept. */
#include "httpd.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct page {
    struct page *next;
    char *path;
    char *bytes;
    size_t length;
};

static struct page *pages;

static const char *type_of(const char *path) {
    static const char *const types[][2] = {{".html", "text/html; charset=utf-8"}, {".css", "text/css"},
                                           {".txt", "text/plain; charset=utf-8"}, {".js", "text/javascript"},
                                           {".svg", "image/svg+xml"},             {".png", "image/png"}};
    const char *dot = strrchr(path, '.');
    for (unsigned i = 0; dot && i < sizeof types / sizeof types[0]; i++)
        if (strcmp(dot, types[i][0]) == 0) return types[i][1];
    return "application/octet-stream";
}

static struct page *load(const char *path) {
    char full[320];
    snprintf(full, sizeof full, "/www%s", path);
    int descriptor = open(full, O_RDONLY);
    struct stat status;
    if (descriptor < 0) return NULL;
    struct page *page = calloc(1, sizeof *page);
    if (page && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
        page->length = (size_t)status.st_size;
        page->path = strdup(path);
        page->bytes = malloc(page->length + 1);
    }
    bool good = page && page->path && page->bytes && read(descriptor, page->bytes, page->length) == (ssize_t)page->length;
    close(descriptor);
    if (!good) return NULL;
    page->next = pages;
    return pages = page;
}

bool page_find(const char *path, struct body *body, const char **type) {
    if (strstr(path, "..")) return false;
    if (strcmp(path, "/") == 0) path = "/index.html";
    struct page *page = pages;
    while (page && strcmp(page->path, path) != 0) page = page->next;
    if (!page) page = load(path);
    if (!page) return false;
    *body = (struct body){page->bytes, page->length, page->length ? page->length : 1};
    *type = type_of(path);
    return true;
}
